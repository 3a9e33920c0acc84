import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { LanePlan, Stop } from './lane-plan.js';

/** More than this is not held: the sender is made to wait, as by a full TCP window. */
const HELD_LIMIT = 1 << 24;

export interface LaneOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly plan: LanePlan;
  /** How long bytes are on their way. */
  readonly delayMilliseconds: number;
  count(bytes: number, messages: number): void;
  cut(how: 'reset' | 'end'): void;
}

type Item = { readonly due: number } & (
  { readonly bytes: Buffer } | { readonly stop: Stop } | { readonly end: true }
);

/** One direction of one connection: takes bytes from one socket and hands them to the other, as planned. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #queue: Item[] = [];
  #held = 0;
  #merging: Buffer[] = [];
  #frozen: boolean;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(options: LaneOptions, frozen: boolean) {
    this.#options = options;
    this.#frozen = frozen;
    options.from.on('data', (chunk: Buffer) => this.#take(chunk));
    options.from.on('end', () => {
      this.#merge();
      this.#add({ end: true, due: this.#due() });
    });
    void this.#run();
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    this.#wake();
  }

  /** What is still held is dropped; what comes from now on too. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.#options.from.resume();
    this.#wake();
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return;
    const { plan, from } = this.#options;
    const begun = plan.messages;
    const { passed, stop, held } = plan.take(chunk);
    this.#options.count(chunk.length, plan.messages - begun);
    this.#held += chunk.length;
    if (this.#held > HELD_LIMIT) from.pause();
    this.#pass(passed);
    if (stop === null) return;
    this.#merge();
    this.#add({ stop, due: this.#due() });
    this.#pass(held);
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const { mergeMilliseconds } = this.#options.plan;
    if (mergeMilliseconds === 0) return this.#add({ bytes, due: this.#due() });
    if (this.#merging.length === 0) setTimeout(() => this.#merge(), mergeMilliseconds);
    this.#merging.push(bytes);
  }

  #merge(): void {
    if (this.#merging.length === 0) return;
    const bytes = Buffer.concat(this.#merging);
    this.#merging = [];
    this.#add({ bytes, due: this.#due() });
  }

  #add(item: Item): void {
    if (this.#closed) return;
    this.#queue.push(item);
    this.#wake();
  }

  #due(): number {
    const { delayMilliseconds } = this.#options;
    return delayMilliseconds === 0 ? 0 : performance.now() + delayMilliseconds;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const [item] = this.#queue;
      if (item === undefined || this.#frozen) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const wait = item.due === 0 ? 0 : item.due - performance.now();
      if (wait > 0) {
        await sleep(Math.ceil(wait));
        continue;
      }
      this.#queue.shift();
      if ('bytes' in item) await this.#hand(item.bytes);
      else if ('end' in item) this.#options.to.end();
      else if (item.stop.kind === 'freeze') this.#frozen = true;
      else this.#options.cut(item.stop.how ?? 'reset');
    }
  }

  async #hand(bytes: Buffer): Promise<void> {
    const { plan, to, from } = this.#options;
    for (const portion of plan.portion(bytes)) {
      // From one turn to the next a receiver in this process has the time to take the portion before alone.
      if (plan.splits) await nextTurn();
      if (this.#closed || !to.writable) return;
      await written(to, portion);
    }
    this.#held -= bytes.length;
    if (this.#held <= HELD_LIMIT && !this.#closed) from.resume();
  }
}

/** Resolves when the system has taken the bytes, which a cut must not overtake, or when the socket is lost. */
function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}
