import type { Context } from '../../src/context.js';
import { ok } from 'neverthrow';
import { stringScreen } from './string-screen.js';

/** A context in which nothing of this machine shows. */
export function testContext(changes: Partial<Context> = {}): Context {
  return {
    cwd: '/work',
    env: {},
    home: '/home/anna',
    hostname: 'annas-mac.local',
    stdout: stringScreen(),
    stderr: stringScreen(),
    out: { send: () => Promise.resolve(ok(true)) },
    signal: new AbortController().signal,
    now: () => Date.UTC(2026, 2, 31, 12),
    version: '0.0.0-test',
    ...changes,
  };
}
