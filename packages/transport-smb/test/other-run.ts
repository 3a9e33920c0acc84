import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Samba } from '@sessionkeep/testkit/samba';

const HOOKS = new URL('./ts-hooks.mjs', import.meta.url).href;
const CHILD = fileURLToPath(new URL('./lease-child.ts', import.meta.url));

/** A run in a process of its own that holds, or was refused, the lease of `folder`. */
export class OtherRun {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor({ port, user, password }: Samba, folder: string) {
    const flags = [
      '--conditions=@sessionkeep/source',
      '--experimental-transform-types',
      '--no-warnings',
      '--import',
      HOOKS,
    ];
    this.#child = spawn(process.execPath, [...flags, CHILD, String(port), user, password, folder]);
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

  /** Kills it and waits until the system knows it no more. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
