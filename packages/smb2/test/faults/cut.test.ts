import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction, ProxyFault } from '@sessionkeep/testkit/proxy';
import { needSamba } from '@sessionkeep/testkit/samba';
import { ResultAsync, type Result } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { SmbClient, type ConnectOptions, type SmbError, type SmbErrorKind } from '../../src/index.js';
import { FaultyWorld } from '../helpers/faulty-world.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { SessionResult } from '../helpers/session.js';

noStrayRejections();
const world = new FaultyWorld();

/** What a lost connection may be called. */
const LOST: readonly SmbErrorKind[] = ['closed', 'unreachable'];

function expectLostIfAtAll({ errors }: Pick<SessionResult, 'errors'>): void {
  expect(errors.filter(({ kind, retry }) => !LOST.includes(kind) || !retry)).toEqual([]);
}

function expectLost(result: SessionResult): void {
  expect(result.errors.length).toBeGreaterThan(0);
  expectLostIfAtAll(result);
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
    const faults = Array.from({ length: extent.messages }, (_, index): ProxyFault => {
      const how = index % 2 === 0 ? 'end' : 'reset';
      return { kind: 'cut', direction, at: { message: index + 1 }, how };
    });
    // The farewell is the last message: who has gone does not miss an answer to it.
    await world.sufferEach(faults.slice(0, -2), options, expectLost);
    await world.sufferEach(faults.slice(-2), options, expectLostIfAtAll);
    await world.nothingOpen();
  });
});

it('ends in typed errors where it is cut in the middle of a message', async (context) => {
  needSamba(context, { openFiles: true });
  const extents = await world.measure();
  for (const direction of ['up', 'down'] as const) {
    const { bytes } = extents[direction];
    const faults = Array.from({ length: 40 }, (_, index): ProxyFault => {
      return { kind: 'cut', direction, at: { byte: 1 + Math.floor((index * (bytes - 1)) / 40) } };
    });
    await world.sufferEach(faults, {}, expectLostIfAtAll);
  }
  await world.nothingOpen();
});

it('ends all that is under way at once, each file whole or absent', async (context) => {
  needSamba(context, { openFiles: true });
  const { proxy: clean } = await crowd([]);
  const { messages } = clean.traffic.down;
  for (let message = 4; message <= messages; message += 5) {
    const { results, folder } = await crowd([{ kind: 'cut', direction: 'down', at: { message } }]);
    expectLostIfAtAll({ errors: results.flatMap((result) => (result.isErr() ? [result.error] : [])) });
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
      const entries: Result<unknown, SmbError>[] = [];
      for await (const entry of share.list(name)) entries.push(entry);
      return entries;
    });
    results.push(...(await Promise.all<Result<unknown, SmbError>>([...reads, ...publishes])));
    results.push(...(await Promise.all(lists)).flat());
  }
  if (connected.isOk()) await connected.value.close();
  await proxy.close();
  return { proxy, results, folder };
}
