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
const timeouts = { silence: 250, answer: 300 };

const LONG = { timeout: 240_000 };

/** The bytes of the farewell, whose outcome nobody is told. */
const FAREWELL = 130;

const MODES: readonly (readonly [name: string, options: Partial<ConnectOptions>, stride: number])[] = [
  ['3.1.1, GMAC', { versions: ['3.1.1'] }, 7],
  ['3.1.1, GCM', { versions: ['3.1.1'], encryption: 'required' }, 11],
  ['3.0.2, CMAC', { versions: ['3.0.2'] }, 23],
  ['3.0, CCM', { versions: ['3.0'], encryption: 'required' }, 23],
  ['2.1, HMAC-SHA256', { versions: ['2.1'] }, 23],
];

describe.each(MODES)('%s', (_, mode, stride) => {
  const options = { ...mode, timeouts };

  it('catches every byte that is changed in an answer, and believes none of it', LONG, async (context) => {
    needSamba(context, { openFiles: true });
    const { down } = await world.measure(mode);
    const signedIn = await world.measureSignIn(mode);
    for (let byte = 0; byte < down.bytes - FAREWELL; byte += stride) {
      const { errors } = await world.suffer(
        [{ kind: 'flip', direction: 'down', byte, mask: 1 << (byte % 8) }],
        options,
      );
      if (byte < signedIn.down.bytes) {
        // Before 3.1.1 some of what the server first says of itself goes unprotected: sizes, and its clock.
        if (mode.versions?.[0] === '3.1.1') expect([byte, errors.length]).not.toEqual([byte, 0]);
        continue;
      }
      const kinds = [...new Set(errors.map(({ kind }) => kind))];
      expect({
        byte,
        uncaught: kinds.length === 0 || kinds.some((kind) => !CAUGHT.includes(kind)),
        kinds,
      }).toEqual({
        byte,
        uncaught: false,
        kinds,
      });
    }
    await world.nothingOpen();
  });

  it('hears of every byte that is changed in a request, and writes none of it', LONG, async (context) => {
    needSamba(context, { openFiles: true });
    const { up } = await world.measure(mode);
    const signedIn = await world.measureSignIn(mode);
    for (let byte = signedIn.up.bytes; byte < up.bytes - FAREWELL; byte += stride) {
      const { errors } = await world.suffer(
        [{ kind: 'flip', direction: 'up', byte, mask: 1 << (byte % 8) }],
        options,
      );
      expect([byte, errors.length]).not.toEqual([byte, 0]);
    }
    await world.nothingOpen();
  });
});
