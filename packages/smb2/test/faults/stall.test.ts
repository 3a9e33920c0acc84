import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction, ProxyFault } from '@sessionkeep/testkit/proxy';
import { needSamba } from '@sessionkeep/testkit/samba';
import { describe, expect, it } from 'vitest';
import { SmbClient, type ConnectOptions } from '../../src/index.js';
import { FaultyWorld } from '../helpers/faulty-world.js';
import { must } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();
const world = new FaultyWorld();

const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>])[] = [
  ['signed', {}],
  ['encrypted', { encryption: 'required' }],
  ['signed, without compounds', { compounds: false }],
];

describe.each(MODES)('a session, %s', (_, options) => {
  it.for<Direction>(['up', 'down'])(
    'that freezes at any message %s ends in timeouts',
    async (direction, context) => {
      needSamba(context, { openFiles: true });
      const { [direction]: extent } = await world.measure(options);
      const faults = Array.from({ length: extent.messages - 1 }, (__, index): ProxyFault => {
        return { kind: 'freeze', direction, at: { message: index + 1 } };
      });
      const timeouts = { silence: 250, answer: 10_000 };
      await world.sufferEach(faults, { ...options, timeouts }, ({ errors }) => {
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.filter(({ kind, retry }) => kind !== 'timeout' || !retry)).toEqual([]);
      });
      await world.nothingOpen();
    },
  );

  it('is the same through a network that is slow', async (context) => {
    needSamba(context);
    const { up, down } = await world.measure(options);
    const proxy = await world.proxy({ roundTripMilliseconds: 15 });
    const { errors } = await world.sufferThrough(proxy, [], options);
    expect(errors).toEqual([]);
    // Nothing is asked twice, and no sign of life is asked for.
    expect(proxy.traffic).toEqual({ up, down });
  });
});

describe('while answers are held back', () => {
  /** A share through a proxy, and how many messages have gone to it since. */
  async function reach(folder: string) {
    const proxy = await world.proxy();
    const client = await must(SmbClient.connect(world.address(proxy)));
    const share = await must(client.share('share'));
    await must(share.mkdir(folder));
    const before = proxy.traffic.up.messages;
    const sent = (): number => proxy.traffic.up.messages - before;
    return { proxy, client, share, sent, folder: join(world.samba.folders['share'] ?? '', folder) };
  }

  it('a hundred small files go out at once, in one message each, and are there', async (context) => {
    needSamba(context);
    const { proxy, client, share, sent, folder } = await reach('hundred');
    const bytes = Buffer.alloc(2_000, 'small');
    const paths = Array.from({ length: 100 }, (_, index) => `hundred/f${index}`);
    proxy.freeze('down');
    const publishing = Promise.all(
      paths.map((path) => must(share.publish({ path, temporary: `${path}.part`, bytes }))),
    );
    await expect.poll(() => names(folder).length, { timeout: 20_000 }).toBe(100);
    expect(sent()).toBe(100);
    proxy.thaw('down');
    expect((await publishing).every(({ size }) => size === bytes.length)).toBe(true);
    expect(names(folder).every((name) => readFileSync(join(folder, name)).equals(bytes))).toBe(true);
    await client.close();
  });

  it('a large file is written ahead, so far and no further, and goes on afterwards', async (context) => {
    needSamba(context);
    const { proxy, client, share, sent } = await reach('ahead');
    const file = await must(share.open('ahead/large', { mode: 'create', access: ['write'] }));
    const before = sent();
    const chunk = Buffer.alloc(1 << 20, 1);
    let given = 0;
    const source = function* () {
      for (; given < 40; given++) yield chunk;
    };
    proxy.freeze('down');
    const writing = must(file.writeStream(source()));
    await expect.poll(() => sent() - before, { timeout: 20_000 }).toBeGreaterThan(3);
    expect(given).toBeLessThan(20);
    proxy.thaw('down');
    expect(await writing).toBe(40 << 20);
    expect(await must(file.close())).toMatchObject({ size: 40 << 20 });
    await client.close();
  });

  it('or questions, for less long than is too long, nothing is lost', async (context) => {
    needSamba(context);
    const { proxy, client, share, sent } = await reach('late');
    for (const direction of ['up', 'down'] as const) {
      const before = sent();
      proxy.freeze(direction);
      const asking = Promise.all(Array.from({ length: 10 }, () => must(share.stat('late'))));
      await expect.poll(() => sent() - before).toBe(10);
      proxy.thaw(direction);
      expect((await asking).every(({ kind }) => kind === 'folder')).toBe(true);
    }
    expect(client.connected).toBe(true);
    await client.close();
  });
});

/** What is in a folder under the name it is to have. */
function names(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => !name.endsWith('.part'));
}
