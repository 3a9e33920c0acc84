import type { Direction, ProxyFault } from '@sessionkeep/testkit/proxy';
import { needSamba } from '@sessionkeep/testkit/samba';
import { describe, expect, it } from 'vitest';
import type { ConnectOptions, SmbErrorKind } from '../../src/index.js';
import { FaultyWorld } from '../helpers/faulty-world.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { contentOf } from '../helpers/session.js';

noStrayRejections();
const world = new FaultyWorld({}, contentOf(100, 1_200));

/** What a changed reply may be called: a wrong length makes the client wait for bytes that never come. */
const CAUGHT: readonly SmbErrorKind[] = ['insecure', 'protocol', 'timeout'];

/** Short, for it does no harm here: who is given up too early has said nothing wrong. */
const timeouts = { silence: 300, answer: 400 };

/** The bytes of the farewell, whose outcome nobody is told. */
const FAREWELL = 130;

/**
 * Every so many-th byte is changed, another bit each time, of some 8,000 that a session has each way. That no byte of a
 * message can be changed is shown without a server, by recorded sessions.
 */
const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>, stride: number])[] = [
  ['3.1.1, GMAC', { versions: ['3.1.1'] }, 89],
  ['3.1.1, GCM', { versions: ['3.1.1'], encryption: 'required' }, 211],
  ['3.0.2, CMAC', { versions: ['3.0.2'] }, 229],
  ['3.0, CCM', { versions: ['3.0'], encryption: 'required' }, 241],
  ['2.1, HMAC-SHA256', { versions: ['2.1'] }, 223],
];

function flips(direction: Direction, from: number, to: number, stride: number): readonly ProxyFault[] {
  const count = Math.ceil((to - from) / stride);
  return Array.from({ length: count }, (_, index) => {
    return { kind: 'flip', direction, byte: from + index * stride, mask: 1 << (index % 8) };
  });
}

describe.each(MODES)('%s', (_, mode, stride) => {
  const options = { ...mode, timeouts };

  it('catches every byte that is changed in an answer, and believes none of it', async (context) => {
    needSamba(context, { openFiles: true });
    const { down } = await world.measure(mode);
    const signedIn = (await world.measureSignIn(mode)).down.bytes;
    // Before 3.1.1 some of what the server first says of itself goes unprotected: sizes, and its clock.
    const hardened = mode.versions?.[0] === '3.1.1';
    await world.sufferEach(flips('down', 0, signedIn, stride), options, ({ errors }, fault) => {
      if (hardened) expect([fault, errors.length]).not.toEqual([fault, 0]);
    });
    const protectedPart = flips('down', signedIn, down.bytes - FAREWELL, stride);
    await world.sufferEach(protectedPart, options, ({ errors }, fault) => {
      const kinds = [...new Set(errors.map(({ kind }) => kind))];
      const isCaught = kinds.length > 0 && kinds.every((kind) => CAUGHT.includes(kind));
      expect({ fault, kinds, isCaught }).toEqual({ fault, kinds, isCaught: true });
    });
    await world.nothingOpen();
  });

  it('has no byte changed in a request that makes a difference unheard', async (context) => {
    needSamba(context, { openFiles: true });
    const { up } = await world.measure(mode);
    const signedIn = (await world.measureSignIn(mode)).up.bytes;
    let unheard = 0;
    const faults = flips('up', signedIn, up.bytes - FAREWELL, stride);
    await world.sufferEach(faults, options, ({ errors }) => {
      if (errors.length === 0) unheard += 1;
    });
    // A session that hears nothing is as good as one that nothing happened to: it was only told to close what it has read.
    expect(unheard).toBeLessThan(faults.length / 10);
    await world.nothingOpen();
  });
});
