import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answersSmb } from './answers-smb.js';
import { programPath } from './programs.js';
import { CONF } from './smb-conf.js';

const READY_MS = 60_000;
/** A server that is starting may hang up too, once. */
const HANGS_UP_ALWAYS = 3;
const HELPER_PID = 'pid/samba-dcerpcd.pid';

/** One run of a server: its first process and the children it has for each connection, all in one process group. */
export class Smbd {
  readonly #home: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #running = true;

  private constructor(home: string, child: ChildProcess) {
    this.#home = home;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#running = false;
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  /** Starts a server in the folder that holds its smb.conf; null if it ended before it answered, as it does where its port is taken. */
  static async start(home: string, host: string, port: number): Promise<Smbd | null> {
    // A pipe as stdin: smbd ends itself when it closes, hence with this process even if that is killed. Without
    // --daemon it would take that pipe, which is a socket, for its first client.
    const args = ['--daemon', '--foreground', '--no-process-group', `--configfile=${join(home, CONF)}`];
    const child = spawn(programPath('smbd'), args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.unref();
    const smbd = new Smbd(home, child);
    let hangUps = 0;
    const deadline = performance.now() + READY_MS;
    while (performance.now() < deadline) {
      const answer = await answersSmb(host, port);
      if (!smbd.#running) return null;
      hangUps = answer === 'hangs up' ? hangUps + 1 : 0;
      if (answer === 'smb' || hangUps === HANGS_UP_ALWAYS) return smbd;
      await sleep(10);
    }
    await smbd.kill();
    throw new Error(`smbd has not answered on port ${String(port)} for ${String(READY_MS / 1000)} s`);
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    for (const group of [this.#child.pid, helperPid(this.#home)]) {
      if (group === undefined) continue;
      try {
        process.kill(-group, signal);
      } catch {
        // It has ended by itself.
      }
    }
  }

  async kill(): Promise<void> {
    this.#child.ref();
    this.signal('SIGKILL');
    rmSync(join(this.#home, HELPER_PID), { force: true });
    await this.#ended;
  }
}

/** The process that answers for lists of shares. smbd starts it when it is first asked, outside its own process group. */
function helperPid(home: string): number | undefined {
  const path = join(home, HELPER_PID);
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) || undefined : undefined;
}
