import { describe, expect, test } from 'vitest';
import { goldenSession, goldenSessions, type GoldenFrame } from '../../test/golden.js';
import { recordedKeys } from '../../test/recorded-keys.js';
import { splitCompound } from '../wire/compound.js';
import { decodeHeader, HeaderFlag } from '../wire/header.js';
import { isTransformed } from '../wire/transform-header.js';
import { hasValidSignature } from './message-signature.js';
import { Sealer } from './sealer.js';
import { createSigner } from './signer.js';

/** What smbclient and Samba signed and encrypted, checked from nothing but the password. */
describe.each(goldenSessions())('%s', (session) => {
  const frames = goldenSession(session);
  const keys = recordedKeys(frames);
  const parts = frames
    .map((frame) => ({ ...frame, bytes: opened(frame) }))
    .flatMap(({ from, name, bytes }) =>
      splitCompound(bytes)
        ._unsafeUnwrap()
        .map((part) => ({ from, name, part })),
    );

  function opened({ from, bytes }: GoldenFrame): Buffer {
    if (!isTransformed(bytes)) return bytes;
    const { cipher, session: derived, sessionId } = keys;
    const decryption = from === 'client' ? derived.encryption : derived.decryption;
    if (cipher === null || decryption === null) throw new Error('encrypted without a cipher');
    const sealer = new Sealer({ cipher, sessionId, encryption: decryption, decryption });
    return sealer.open(bytes)._unsafeUnwrap();
  }

  const signed = parts.filter(({ part }) => {
    return (decodeHeader(part)._unsafeUnwrap().flags & HeaderFlag.signed) !== 0;
  });

  test('every signature is right, and none is when any byte is changed', () => {
    const signer = createSigner(keys.signing, keys.session.signing);
    expect(signed.length).toBeGreaterThan(0);
    for (const { name, part } of signed) {
      expect([name, hasValidSignature(signer, part)]).toEqual([name, true]);
      const flipped = Buffer.from(part);
      const believed = [...part.keys()].filter((at) => {
        flipped.writeUInt8(part.readUInt8(at) ^ (1 << (at % 8)), at);
        const isBelieved = hasValidSignature(signer, flipped);
        flipped.writeUInt8(part.readUInt8(at), at);
        return isBelieved;
      });
      expect([name, believed]).toEqual([name, []]);
    }
  });

  test('is protected as its name says', () => {
    const sealed = frames.filter(({ bytes }) => isTransformed(bytes));
    expect(sealed.length > 0).toBe(/ccm|gcm/.test(session));
  });
});
