import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction, ProxyFault } from '@sessionkeep/testkit/proxy';
import { needSamba } from '@sessionkeep/testkit/samba';
import { describe, expect, it } from 'vitest';
import { ok, ResultAsync, type Result } from 'neverthrow';
import { SmbClient, type ConnectOptions, type SmbError, type SmbErrorKind } from '../../src/index.js';
import { FaultyWorld } from '../helpers/faulty-world.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { SessionResult } from '../helpers/session.js';

noStrayRejections();
const world = new FaultyWorld();

/** What a lost connection may be called. */
const LOST: readonly SmbErrorKind[] = ['closed', 'unreachable'];

function expectLost({ errors }: SessionResult): void {
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.filter(({ kind, retry }) => !LOST.includes(kind) || !retry)).toEqual([]);
}

const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>])[] = [
  ['signed', {}],
  ['encrypted', { encryption: 'required' }],
  ['signed, without compounds', { compounds: false }],
];

describe.each(MODES)('a session, %s, whose connection is cut', (_, options) => {
  it.for<Direction>(['up', 'down'])('at any message %s', async (direction, context) => {
    needSamba(context, { openFiles: true });
    const { [direction]: extent } = await world.measure(options);
    for (let message = 1; message <= extent.messages; message++) {
      const how = message % 2 === 0 ? 'reset' : 'end';
      const fault: ProxyFault = { kind: 'cut', direction, at: { message }, how };
      const result = await world.suffer([fault], options);
      // The farewell is the last message: who has gone does not miss an answer to it.
      if (message < extent.messages - 1) expectLost(result);
    }
    await world.nothingOpen();
  });
});

it('ends in typed errors where it is cut in the middle of a message', async (context) => {
  needSamba(context, { openFiles: true });
  const extents = await world.measure();
  for (const direction of ['up', 'down'] as const) {
    const { bytes } = extents[direction];
    for (let byte = 1; byte < bytes; byte += Math.ceil(bytes / 150)) {
      const { errors } = await world.suffer([{ kind: 'cut', direction, at: { byte } }]);
      expect(errors.filter(({ kind, retry }) => !LOST.includes(kind) || !retry)).toEqual([]);
    }
  }
  await world.nothingOpen();
});

it('ends all that is under way at once, each file whole or absent', async (context) => {
  needSamba(context, { openFiles: true });
  const { proxy: clean } = await crowd([]);
  const { messages } = clean.traffic.down;
  for (let message = 4; message <= messages; message += 3) {
    const { results, folder } = await crowd([{ kind: 'cut', direction: 'down', at: { message } }]);
    const errors = results.flatMap((result) => (result.isErr() ? [result.error] : []));
    expect(errors.filter(({ kind, retry }) => !LOST.includes(kind) || !retry)).toEqual([]);
    for (const name of readdirSync(folder).filter((one) => one.startsWith('p'))) {
      expect(readFileSync(join(folder, name)).equals(CROWD)).toBe(true);
    }
  }
  await world.nothingOpen();
});

const CROWD = Buffer.alloc(30_000, 'crowd');
let crowds = 0;

/** Forty files written, read and listed at the same time over one connection. */
async function crowd(faults: readonly ProxyFault[]) {
  const proxy = await world.proxy({ faults });
  const name = `crowd${String(crowds++).padStart(3, '0')}`;
  const folder = join(world.samba.folders['share'] ?? '', name);
  mkdirSync(folder);
  for (let index = 0; index < 10; index++) writeFileSync(join(folder, `r${index}`), CROWD);
  const results: Result<unknown, SmbError>[] = [];
  const connected = await SmbClient.connect(world.address(proxy));
  const shared = await connected.asyncAndThen((client) => new ResultAsync(client.share('share')));
  results.push(shared);
  if (shared.isOk()) {
    const share = shared.value;
    const reads = Array.from({ length: 10 }, async (_, index) => {
      const read = await share.readFile(`${name}/r${index}`);
      if (read.isOk()) expect(CROWD.equals(read.value.bytes)).toBe(true);
      return read;
    });
    const publishes = Array.from({ length: 30 }, (_, index) =>
      share.publish({ path: `${name}/p${index}`, temporary: `${name}/t${index}`, bytes: CROWD }),
    );
    const lists = Array.from({ length: 3 }, async () => {
      let last: Result<unknown, SmbError> = ok();
      for await (const entry of share.list(name)) last = entry;
      return last;
    });
    results.push(...(await Promise.all<Result<unknown, SmbError>>([...reads, ...publishes, ...lists])));
  }
  if (connected.isOk()) await connected.value.close();
  await proxy.close();
  return { proxy, results, folder };
}
