// Packs each publishable package and asks publint and are-the-types-wrong about the very file that would be published.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packAll } from './pack.mjs';

/** Said of a program that `/bin/sh` starts, as the CLI is: it calls Node with flags. That it runs is tested where it is packed. */
const SHELL_BEFORE_NODE = 'BIN_FILE_NOT_EXECUTABLE';

const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-pack-'));
try {
  for (const { name, tarball, manifest } of await packAll(folder)) {
    const bytes = readFileSync(tarball);
    const complaints = [...(await lint(bytes)), ...(await checkTypes(bytes, manifest))];
    for (const complaint of complaints) process.stdout.write(`${name}: ${complaint}\n`);
    if (complaints.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {Buffer} bytes */
async function lint(bytes) {
  const tarball = new Uint8Array(bytes).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages
    .filter(({ code }) => code !== SHELL_BEFORE_NODE)
    .map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/**
 * @param {Buffer} bytes
 * @param {import('./workspace.mjs').Manifest} manifest
 */
async function checkTypes(bytes, manifest) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  // A program has no types to be wrong.
  if (!analysis.types) return manifest.bin === undefined ? ['has no types'] : [];
  return analysis.problems
    .filter((problem) => !isForOldResolvers(problem))
    .map((problem) => JSON.stringify(problem));
}

/**
 * The packages are ESM only, for Node 22 and up: `require` of types and the resolver of Node 10 do not count.
 *
 * @param {import('@arethetypeswrong/core').Problem} problem
 */
function isForOldResolvers(problem) {
  if (problem.kind === 'CJSResolvesToESM') return true;
  return 'resolutionKind' in problem && problem.resolutionKind === 'node10';
}
