import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Machine, MAIN, type Ran } from './run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './sessions.js';

export const TO = ['--to', 'kept'];
/** The log that {@link kept} keeps, as `ls` prints it. */
export const LOG = `mac/shop/${SESSION}.jsonl`;

/** A machine whose sessions are kept in `kept`, to be looked at there. */
export class Kept extends Machine {
  readonly shop = join(this.projects, '-home-anna-shop');
  readonly kept = join(this.cwd, 'kept', 'source-mac', 'repo-shop');
  readonly ledger = join(this.cwd, 'kept', '.sessionkeep', 'source-mac', 'repo-shop', 'ledger', '000001.log');

  /** Keeps what there is; answers with a moment behind it. */
  async keep(expected = 0): Promise<string> {
    const { code, stderr } = await this.run(['backup', '--source', 'mac', ...TO, '--json']);
    expect([code, stderr]).toEqual([expected, '']);
    await new Promise((done) => setTimeout(done, 15));
    const moment = new Date().toISOString();
    await new Promise((done) => setTimeout(done, 15));
    return moment;
  }

  async lines(...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.run([...args, ...TO]);
    expect([code, stderr], stderr).toEqual([0, '']);
    return stdout.split('\n').slice(0, -1);
  }

  json(...args: string[]): Promise<Ran> {
    return this.run([...args, ...TO, '--json']);
  }

  /** `cat`, with its bytes as they are. */
  cat(...args: string[]): { code: number | null; bytes: Buffer; stderr: string } {
    const ran = spawnSync(process.execPath, [MAIN, 'cat', ...args, ...TO], {
      cwd: this.cwd,
      env: this.env,
      maxBuffer: 1e9,
      timeout: 60_000,
    });
    return { code: ran.status, bytes: ran.stdout, stderr: ran.stderr.toString() };
  }

  /** A line of a shell, in which `sk` is the CLI. */
  shell(line: string): { code: number | null; stdout: string; stderr: string } {
    const script = `sk() { '${process.execPath}' '${MAIN}' "$@"; }; set -o pipefail; ${line}`;
    const ran = spawnSync('bash', ['-c', script], {
      cwd: this.cwd,
      env: this.env,
      timeout: 60_000,
      encoding: 'utf8',
    });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  }
}

/** Three files of two repos, kept once. */
export async function kept(): Promise<Kept> {
  const here = new Kept();
  writeSessions(here.projects);
  await here.keep();
  return here;
}

/** A machine with one project, whose repo is called after the folder that its log names. */
export function shop(): Kept {
  const here = new Kept();
  writeFiles(here.shop, { 'first.jsonl': logLine('/home/anna/shop') });
  return here;
}
