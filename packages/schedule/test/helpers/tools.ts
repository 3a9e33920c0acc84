import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export { need } from '@sessionkeep/testkit';

/** Why a program cannot be run with these arguments; null when it can. */
export function noProgram(name: string, args: readonly string[] = ['--version'], input = ''): string | null {
  const { status } = spawnSync(name, args, { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 20_000 });
  return status === 0 ? null : `${name} is not installed, or does not know ${args.join(' ')}`;
}

export function runTool(
  name: string,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): SpawnSyncReturns<string> {
  return spawnSync(name, args, {
    input,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
  });
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-schedule-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
