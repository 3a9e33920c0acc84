import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/** Ends the test where something is missing here: as skipped, with the reason, but under CI as failed. */
export function need(context: TestContext, obstacle: string | null): void {
  if (obstacle === null) return;
  if (process.env['CI'] === 'true') throw new Error(`cannot be tested here: ${obstacle}`);
  context.skip(obstacle);
}

/** Why a program cannot be run; null when it can. */
export function noProgram(name: string, flag = '--version'): string | null {
  return spawnSync(name, [flag], { stdio: 'ignore', timeout: 20_000 }).status === 0
    ? null
    : `${name} is not installed`;
}
