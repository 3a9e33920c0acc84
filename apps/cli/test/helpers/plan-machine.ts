import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Machine, type Ran } from './run-built.js';
import { logLine, writeSessions } from './sessions.js';
import { contentsOf } from './tree.js';

export const LINE = logLine('/home/anna/shop');
/** A whole second, which can be set again exactly. */
export const THEN = 1_700_000_000;

export const BASE = ['--source', 'mac', '--to', 'kept'];
export const PLAN = ['backup', '--plan', 'p.plan', ...BASE, '--json'];

/** A machine whose archive has been written once, and whose logs have grown since. */
export async function machine(): Promise<Machine> {
  const here = new Machine();
  writeSessions(here.projects);
  expect((await here.run(['backup', ...BASE])).code).toBe(0);
  appendFileSync(shop(here, 'new.jsonl'), LINE);
  return here;
}

export function shop(here: Machine, path: string): string {
  return join(here.projects, '-home-anna-shop', path);
}

export function kept(here: Machine, path: string): string {
  return join(here.cwd, 'kept', 'source-mac', 'repo-shop', path);
}

export async function saved(here: Machine): Promise<Ran> {
  const ran = await here.run(['plan', ...BASE, '--out', 'p.plan', '--json']);
  expect([ran.code, ran.summary['out']]).toEqual([0, 'p.plan']);
  return ran;
}

/** `log.jsonl: appended grew 5`, for each file that a run tells of. */
export function told({ events }: Ran): string[] {
  return events
    .filter(({ type }) => type === 'file' || type === 'step')
    .map((event) => {
      const what = String(event['outcome'] ?? event['step']);
      return `${String(event['path'])}: ${what} ${String(event['reason'])} ${String(event['bytes'])}`;
    })
    .sort();
}

/** Whatever came before, the archive is whole, and an ordinary backup ends with everything. */
export async function expectCompletes(here: Machine, code: 0 | 3 = 0): Promise<void> {
  const verify = ['verify', ...BASE, '--deep', '--json'];
  expect((await here.run(verify)).summary).toMatchObject({
    missing: 0,
    corrupt: 0,
    divergent: 0,
    alarms: [],
  });
  const next = await here.run(['backup', ...BASE, '--json']);
  expect([next.code, next.summary['alarms']]).toEqual([code, []]);
  const after = await here.run(verify);
  expect([after.code, after.summary['grown'], after.summary['changed']]).toEqual([code, 0, 0]);
  if (code === 0) expect(contentsOf(kept(here, ''))).toMatchObject(contentsOf(shop(here, '')));
}
