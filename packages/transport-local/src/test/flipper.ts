import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Puts a link in the place of a folder and the folder back, as fast as a process can, until its parent's end is closed. */
const SCRIPT = `
  const fs = require('node:fs');
  const [folder, target] = process.argv.slice(1);
  // Whoever writes meanwhile may make the folder anew in the moment when there is none.
  const move = (from, to) => {
    for (;;) try { return fs.renameSync(from, to); } catch { try { fs.rmSync(to, { recursive: true, force: true }); } catch {} }
  };
  const link = folder + '.link', away = require('node:path').resolve(folder, '../../away');
  fs.symlinkSync(target, link);
  process.on('disconnect', () => process.exit());
  process.send('ready');
  let going = true;
  process.on('message', () => { going = false; });
  (function flip() {
    for (let times = 0; times < 20; times++) {
      move(folder, away); move(link, folder);
      move(folder, link); move(away, folder);
    }
    if (going) setImmediate(flip); else process.disconnect();
  })();
`;

/** Another process that swaps a folder for a link and back for as long as it runs; it ends with the folder in place. */
export class Flipper {
  readonly #folder: string;
  readonly #target: string;
  #child: ChildProcess | null = null;

  constructor(folder: string, target: string) {
    this.#folder = folder;
    this.#target = target;
  }

  async start(): Promise<void> {
    this.#child = spawn(process.execPath, ['-e', SCRIPT, this.#folder, this.#target], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(this.#child, 'message');
  }

  async stop(): Promise<void> {
    if (this.#child === null) return;
    const gone = once(this.#child, 'exit');
    this.#child.send('stop');
    await gone;
  }
}
