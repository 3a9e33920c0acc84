import { spawnSync } from 'node:child_process';
import { median } from './summary.js';

export interface StartUpFigures {
  readonly starts: number;
  /** Medians, in milliseconds. */
  readonly version: number;
  readonly node: number;
  readonly ratio: number;
  readonly target: number;
  readonly met: boolean;
}

const TARGET = 1.5;

/** How long `sessionkeep --version` takes, beside `node -e 0`: one after the other, many times, in the same minute. */
export function measureStartUp(cli: string, starts: number): StartUpFigures {
  const [versions, nodes]: [number[], number[]] = [[], []];
  for (let start = 0; start < starts; start++) {
    // As it is installed: by the name of the file, which starts Node with its own flags.
    versions.push(milliseconds(cli, ['--version']));
    nodes.push(milliseconds(process.execPath, ['-e', '0']));
  }
  const [version, node] = [median(versions), median(nodes)];
  const ratio = version / node;
  return { starts, version, node, ratio, target: TARGET, met: ratio <= TARGET };
}

function milliseconds(program: string, args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(program, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(status)}`);
  return performance.now() - began;
}
