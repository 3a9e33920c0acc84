import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Measured {
  readonly seconds: number;
  /** Largest resident memory in bytes; null where nothing can tell. */
  readonly peakBytes: number | null;
  /** What went wrong; null for a command that ended with 0. */
  readonly failure: string | null;
}

const TIME = '/usr/bin/time';

/** Runs a command alone, with nothing dirty in the page cache before it, and measures it from outside. */
export async function measure(command: Command, scratch: string): Promise<Measured> {
  spawnSync('sync');
  return measureAlone(command, scratch);
}

/** Runs a command and measures it from outside; what is on the disk is left as it is. */
export async function measureAlone(command: Command, scratch: string): Promise<Measured> {
  const kind = timeKind();
  const report = `${scratch}/time.txt`;
  const line =
    kind === 'gnu'
      ? [TIME, '-f', '%M', '-o', report, command.program]
      : kind === 'bsd'
        ? [TIME, '-l', command.program]
        : [command.program];
  const [program = '', ...args] = [...line, ...command.args];
  const began = performance.now();
  const { code, errors } = await run(program, args, command.env);
  const seconds = (performance.now() - began) / 1000;
  const failure =
    code === 0 ? null : `${command.program} ended with ${String(code)}: ${errors.slice(-600).trim()}`;
  return { seconds, failure, peakBytes: peakOf(kind, report, errors) };
}

type TimeKind = 'gnu' | 'bsd' | 'none';

function timeKind(): TimeKind {
  if (!existsSync(TIME)) return 'none';
  return platform() === 'linux' ? 'gnu' : 'bsd';
}

function peakOf(kind: TimeKind, report: string, errors: string): number | null {
  if (kind === 'none') return null;
  if (kind === 'bsd')
    return Number(/(\d+)\s+maximum resident set size/.exec(errors)?.[1] ?? Number.NaN) || null;
  // GNU time writes a line of its own above when the command failed.
  const kilobytes = Number(readFileSync(report, 'utf8').trim().split('\n').at(-1));
  return kilobytes > 0 ? kilobytes * 1024 : null;
}

function run(
  program: string,
  args: readonly string[],
  env: Command['env'],
): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
    child.on('error', (cause) => resolve({ code: null, errors: cause.message }));
    child.on('close', (code) => resolve({ code, errors }));
  });
}
