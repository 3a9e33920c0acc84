import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./ts-hooks.mjs', import.meta.url).href;
/** Quicker than what the hooks do without it; Node 26 does not have it. */
const TRANSFORM = ['--experimental-transform-types'];
const CHILD = fileURLToPath(new URL('./lease-child.ts', import.meta.url));

/** A run in a process of its own that holds, or was refused, the lease of `folder`. */
export class OtherRun {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(root: string, run: string) {
    const transform = TRANSFORM.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
    const flags = ['--conditions=@sessionkeep/source', ...transform, '--no-warnings', '--import', HOOKS];
    this.#child = spawn(process.execPath, [...flags, CHILD, root, run]);
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line it says. */
  async says(): Promise<string> {
    const line = await this.#lines.next();
    return line.done === true ? 'nothing' : line.value;
  }

  ask(line: 'check' | 'release'): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    return this.says();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it and waits until the system knows it no more. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
