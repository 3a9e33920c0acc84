import { spawnSync } from 'node:child_process';

export { need } from '@sessionkeep/testkit';

/** Why a program cannot be run; null when it can. */
export function noProgram(name: string, flag = '--version'): string | null {
  return spawnSync(name, [flag], { stdio: 'ignore', timeout: 20_000 }).status === 0
    ? null
    : `${name} is not installed`;
}
