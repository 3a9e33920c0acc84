import type { ProxyFault } from '@sessionkeep/testkit/proxy';
import { needSamba } from '@sessionkeep/testkit/samba';
import { describe, expect, it } from 'vitest';
import { SmbClient, type ConnectOptions, type SmbShare } from '../../src/index.js';
import { FaultyWorld } from '../helpers/faulty-world.js';
import { must } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { contentOf } from '../helpers/session.js';

noStrayRejections();
const world = new FaultyWorld({}, contentOf(1_000, 10_000));

const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>])[] = [
  ['signed', {}],
  ['encrypted', { encryption: 'required' }],
  ['in 2.1, without compounds', { versions: ['2.1'], compounds: false }],
];

/** What may happen to bytes on their way that changes none of them. */
const PORTIONS: readonly (readonly [name: string, faults: readonly ProxyFault[]])[] = [
  ['every byte alone', [{ kind: 'split', direction: 'down', most: 1 }]],
  ['every byte alone, of what is asked too', [{ kind: 'split', direction: 'up', most: 1 }]],
  ['portions by chance', [{ kind: 'split', direction: 'down', most: 90, seed: 3 }]],
  [
    'portions by chance of what was merged',
    [
      { kind: 'merge', direction: 'down', milliseconds: 4 },
      { kind: 'split', direction: 'down', most: 700, seed: 4 },
    ],
  ],
];

describe.each(MODES)('a session, %s', (_, options) => {
  it.for(PORTIONS)('comes through in %s', async ([, faults], context) => {
    needSamba(context);
    const { errors } = await world.suffer(faults, options);
    expect(errors).toEqual([]);
  });

  it('understands a reply that is parted at any byte, alone or with the next', async (context) => {
    needSamba(context);
    const { signedIn, reply } = await measureReplies(options);
    // One boundary in each turn: of a turn's two replies the first starts where the last turn's ended.
    const borders = (turns: number) =>
      Array.from({ length: turns }, (_, turn): ProxyFault => {
        return { kind: 'split-at', direction: 'down', byte: signedIn + turn * 2 * reply + turn };
      });
    const turns = 2 * reply;
    const merged: ProxyFault = { kind: 'merge', direction: 'down', milliseconds: 1 };
    const came = await Promise.all([
      askInTurns(options, borders(turns), turns),
      askInTurns(options, [merged, ...borders(turns)], turns),
    ]);
    const whole = signedIn + turns * 2 * reply;
    expect(came).toEqual([whole, whole]);
  });
});

/** How many bytes come until a share is there, and for one answer to {@link ask}. */
async function measureReplies(
  options: Partial<ConnectOptions>,
): Promise<{ readonly signedIn: number; readonly reply: number }> {
  const signedIn = await askInTurns(options, [], 0);
  return { signedIn, reply: ((await askInTurns(options, [], 1)) - signedIn) / 2 };
}

/** Asks two questions at a time, so many times; gives how many bytes came. */
async function askInTurns(
  options: Partial<ConnectOptions>,
  faults: readonly ProxyFault[],
  turns: number,
): Promise<number> {
  const proxy = await world.proxy({ faults });
  const client = await must(SmbClient.connect(world.address(proxy, options)));
  const share = await must(client.share('share'));
  for (let turn = 0; turn < turns; turn++) await Promise.all([ask(share), ask(share)]);
  const { bytes } = proxy.traffic.down;
  await client.close();
  await proxy.close();
  return bytes;
}

async function ask(share: SmbShare): Promise<void> {
  expect(await must(share.stat(''))).toMatchObject({ kind: 'folder' });
}
