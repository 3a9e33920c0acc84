import { createHash, type Hash } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageOptions } from './image-options.js';

/**
 * A name for all that an image is built from: it changes with every file that the `.dockerignore` lets through, with that file itself,
 * the Dockerfile, the arguments and the Node that goes into the base.
 *
 * @throws where the `.dockerignore` is not a list of `*`, then names with `!`, then names or endings with `**` and a slash
 */
export function hashContext({ dockerfile, context, args = {} }: ImageOptions): string {
  const rules = readRules(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const hash = createHash('sha256');
  hash.update(JSON.stringify([process.version, process.arch, args, rules]));
  addFile(hash, dockerfile);
  for (const name of rules.taken) addAll(hash, join(context, name), rules);
  return hash.digest('hex').slice(0, 32);
}

interface Rules {
  readonly taken: readonly string[];
  readonly left: readonly string[];
  readonly leftEndings: readonly string[];
}

function readRules(text: string): Rules {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const shape = /^\*(?:\n![\w.-]+)+(?:\n\*\*\/\*?[\w.-]+)*$/;
  if (!shape.test(lines.join('\n')))
    throw new Error(`.dockerignore has lines that are not read here:\n${text}`);
  const left = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3));
  return {
    taken: lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)),
    left: left.filter((name) => !name.startsWith('*')),
    leftEndings: left.filter((name) => name.startsWith('*')).map((name) => name.slice(1)),
  };
}

function addAll(hash: Hash, path: string, rules: Rules): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) return addFile(hash, path);
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    if (rules.left.includes(name) || rules.leftEndings.some((ending) => name.endsWith(ending))) continue;
    if (entry.isSymbolicLink()) hash.update(`${name}\0${readlinkSync(join(path, name))}\0`);
    else addAll(hash, join(path, name), rules);
  }
}

function addFile(hash: Hash, path: string): void {
  const bytes = readFileSync(path);
  hash.update(`${path}\0${bytes.length}\0`).update(bytes);
}
