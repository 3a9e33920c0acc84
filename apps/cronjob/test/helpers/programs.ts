import { spawnSync } from 'node:child_process';

export { need } from '@sessionkeep/testkit';

/** Why a program cannot be run with that argument; null when it can. */
export function noProgram(name: string, argument = '--version'): string | null {
  const { status } = spawnSync(name, [argument], { stdio: 'ignore', timeout: 20_000 });
  return status === 0 ? null : `${name} is not installed`;
}
