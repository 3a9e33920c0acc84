// Where things lie. Plain JavaScript that Node 20 runs: this is loaded before Node 24 is installed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
export const bin = join(root, 'node_modules/.bin');
export const node24 = join(root, 'node_modules/node/bin/node');
export const cli = join(root, 'apps/cli/dist/main.js');

/**
 * The parts of a package.json that the tooling reads.
 *
 * @typedef {{ name: string, version: string, private?: boolean, bin?: object, exports: Record<string, unknown> }} Manifest
 */

/**
 * An environment in which the workspace's commands and Node 24 come first.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function withTools(env) {
  return { ...env, PATH: [bin, env['PATH']].join(delimiter) };
}

/** The environment of every tool. */
export const toolEnvironment = { ...withTools(process.env), TURBO_TELEMETRY_DISABLED: '1' };

/** Every package of the workspace, its folder relative to the root, in the order of their names. */
export function workspacePackages() {
  return ['packages', 'apps', '.']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
    .filter((folder) => !folder.startsWith('node_modules') && existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) }))
    .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}

/** The packages that are published: all that are not private. */
export function publishablePackages() {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true);
}

/**
 * @param {string} file
 * @returns {Manifest}
 */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
