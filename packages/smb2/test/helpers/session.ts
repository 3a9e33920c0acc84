import { randomFillSync } from 'node:crypto';
import type { Result } from 'neverthrow';
import { SmbClient, type ConnectOptions, type SmbError, type SmbShare } from '../../src/index.js';

/** What became of a session. */
export interface SessionResult {
  /** The operations that succeeded, in their order. */
  readonly done: readonly string[];
  readonly errors: readonly SmbError[];
  /** What the client gave for true and was not: nothing, whatever happens to the connection. */
  readonly wrong: readonly string[];
}

/** Longer than any test's network makes an operation last, and shorter than a test may take. */
const HANGS_AFTER_MS = 20_000;
/** When what a session writes was modified, as it says. */
export const TIME = 1_700_000_000_123_456_700n;

/** What a session writes and reads. */
export interface Content {
  readonly small: Buffer;
  readonly large: Buffer;
}

export function contentOf(small: number, large: number): Content {
  return { small: randomFillSync(Buffer.alloc(small)), large: randomFillSync(Buffer.alloc(large)) };
}

/**
 * A session of everything that a share is used for, in `folder`, one operation after the other; it goes on after
 * errors, as a caller might. Whatever it is told, it checks. It ends with the connection closed.
 */
export async function runSession(
  options: ConnectOptions,
  folder: string,
  content: Content,
): Promise<SessionResult> {
  const log = new Log();
  const client = await log.see('connect', SmbClient.connect(options));
  if (client === null) return log;
  const share = await log.see('share', client.share('share'));
  if (share !== null) await workOn(share, folder, content, log);
  await log.inTime('close client', client.close());
  if (client.connected) log.wrong.push('still connected after close');
  return log;
}

async function workOn(share: SmbShare, folder: string, { small, large }: Content, log: Log): Promise<void> {
  const at = (name: string) => `${folder}/${name}`;
  await log.see('mkdir', share.mkdir(folder, { recursive: true }));
  const published = await log.see(
    'publish',
    share.publish({ path: at('small'), temporary: at('t1'), bytes: small, times: { modified: TIME } }),
  );
  log.expect('publish', published, published?.size === small.length && published.modified === TIME);
  await writeLarge(share, at('large'), large, log);
  const stat = await log.see('stat', share.stat(at('small')));
  log.expect('stat', stat, stat?.kind === 'file' && stat.size === small.length);
  await list(share, folder, { small: small.length, large: large.length }, log);
  const readSmall = await log.see('read small', share.readFile(at('small')));
  log.expect('read small', readSmall, small.equals(readSmall?.bytes ?? small));
  const readLarge = await log.see('read large', share.readFile(at('large')));
  // What was not written is not there, and whoever wrote it has heard so.
  const isWhole = log.done.includes('write');
  log.expect('read large', readLarge, !isWhole || large.equals(readLarge?.bytes ?? large));
  const space = await log.see('space', share.space());
  log.expect('space', space, (space?.total ?? 1) > 0);
  await log.see('rename', share.rename(at('small'), at('renamed')));
  await log.see('remove', share.remove(at('renamed')));
}

async function writeLarge(share: SmbShare, path: string, large: Buffer, log: Log): Promise<void> {
  const file = await log.see(
    'open',
    share.open(path, { mode: 'create-or-truncate', access: ['read', 'write'] }),
  );
  if (file === null) return;
  const half = large.length >> 1;
  const source = [large.subarray(0, half), large.subarray(half)];
  const written = await log.see('write', file.writeStream(source));
  log.expect('write', written, written === large.length);
  await log.see('flush', file.flush());
  const middle = large.subarray(half - 500, half + 500);
  const read = await log.see('read back', file.read(half - 500, 1000));
  log.expect('read back', read, written === null || middle.equals(read ?? middle));
  const closed = await log.see('close', file.close({ flush: true, times: { modified: TIME } }));
  const isWhole = written === null || closed?.size === large.length;
  log.expect('close', closed, isWhole && closed?.modified === TIME);
}

async function list(
  share: SmbShare,
  folder: string,
  sizes: Readonly<Record<string, number>>,
  log: Log,
): Promise<void> {
  const before = log.errors.length;
  const names: string[] = [];
  const entries = share.list(folder)[Symbol.asyncIterator]();
  for (;;) {
    const next = await log.inTime('list', entries.next());
    if (next === null || next.done === true) break;
    const entry = await log.see('list', Promise.resolve(next.value));
    if (entry === null) break;
    names.push(entry.name);
    const known = sizes[entry.name];
    // A temporary file of an operation that failed may be there; what is there under its name is whole.
    if (known === undefined ? entry.name !== 't1' : entry.size > known) log.wrong.push(`list: ${entry.name}`);
  }
  if (before === 0 && log.errors.length === 0 && names.sort().join() !== 'large,small') {
    log.wrong.push(`list: ${names.join()}`);
  }
}

class Log implements SessionResult {
  readonly done: string[] = [];
  readonly errors: SmbError[] = [];
  readonly wrong: string[] = [];

  /** The value of an answer; null for an error, which is kept, and for one that never comes. */
  async see<T>(name: string, answer: Promise<Result<T, SmbError>>): Promise<T | null> {
    const came = await this.inTime(name, answer);
    if (came === null) return null;
    return came.match(
      (value) => {
        this.done.push(name);
        return value;
      },
      (error) => {
        this.errors.push(error);
        return null;
      },
    );
  }

  /** Notes a value that came and is not what it should be. */
  expect(name: string, value: unknown, isRight: boolean): void {
    if (value !== null && !isRight) this.wrong.push(name);
  }

  async inTime<T>(name: string, promise: Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        this.wrong.push(`${name} hangs`);
        resolve(null);
      }, HANGS_AFTER_MS);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
