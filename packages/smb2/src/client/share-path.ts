import { err, ok, type Result } from 'neverthrow';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import { printable } from '../error/printable.js';
import type { SmbError } from '../error/smb-error.js';

/** What no name on a share can hold: what Windows forbids (MS-FSCC 2.1.5), and what would lead elsewhere. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\u0000-\u001f\\:*?"<>|]/;
const LONGEST_NAME = 255;

/**
 * A path with `/` as the server has it, with `\`; the empty path is the share's own folder. A name that a share
 * cannot hold, or that servers would take for another one, is `invalid`: it is never changed on the way.
 */
export function sharePath(attempt: Attempt, path: string): Result<string, SmbError> {
  if (path === '') return ok('');
  const names = path.split('/');
  for (const name of names) {
    const problem = problemOf(name);
    if (problem !== null) return err(attemptError('invalid', attempt, problem));
  }
  return ok(names.join('\\'));
}

function problemOf(name: string): string | null {
  if (name === '') return 'it has an empty name: write paths like "folder/file.txt"';
  if (name === '.' || name === '..') return `"${name}" is no name on a share`;
  const bad = FORBIDDEN.exec(name)?.[0];
  if (bad !== undefined) return `a share holds no names with "${printable(bad)}"`;
  if (name.endsWith('.') || name.endsWith(' ')) return 'servers drop a dot or a space at the end of a name';
  if (name.length > LONGEST_NAME) return `a name has at most ${LONGEST_NAME} characters`;
  return null;
}
