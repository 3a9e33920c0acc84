import type { ErrorKind } from '@sessionkeep/core';
import type { AgentStatus } from './agent/answers.js';
import { problem, type Problem } from './failure.js';

/** What the shell in the pod says in one word, in the port's vocabulary: the only place that translates it. */
const MEANING: Readonly<Record<Exclude<AgentStatus, 'ok' | 'failed'>, readonly [ErrorKind, string]>> = {
  'not-found': ['not-found', 'there is no such file or folder'],
  'no-folder': ['not-found', 'a file stands where a folder should be'],
  'no-file': ['changed', 'it is no regular file'],
  'no-home': ['invalid', 'the container has no HOME'],
  denied: ['denied', 'the user of the container may not'],
  unsafe: ['unsafe', 'it leads out of its root, or is a link'],
  exists: ['exists', 'the name is taken'],
  short: ['short', 'it has fewer bytes'],
  damaged: ['io', 'what arrived in the pod is not what was sent'],
  unknown: ['unsupported', 'the shell in the pod does not know that request'],
};

/** What tools say, in the words of the C library, with `LC_ALL=C`. */
const WORDS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/No space left|Disk quota exceeded/, 'full'],
  [/Read-only file system/, 'read-only'],
  [/Permission denied|Operation not permitted/, 'denied'],
  [/File exists|Directory not empty/, 'exists'],
  [/No such file|Not a directory/, 'not-found'],
  [/File name too long/, 'invalid'],
];

/** The problem of a request that was answered with this status and payload; null for `ok`. */
export function statusProblem(status: AgentStatus, payload: Buffer): Problem | null {
  if (status === 'ok') return null;
  if (status === 'failed') {
    const words = payload.toString('utf8', 0, 2000).trim();
    const kind = WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'io';
    return problem(kind, words === '' ? 'a tool in the pod failed without a word' : words);
  }
  const [kind, text] = MEANING[status];
  return problem(kind, text, { retry: status === 'damaged' });
}
