/** The amounts of rotation of each round (RFC 1320, 3.4). */
const SHIFTS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;

/** In which order each round takes the words of a block. */
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;

const MIXERS = [
  (x: number, y: number, z: number) => (x & y) | (~x & z),
  (x: number, y: number, z: number) => ((x & y) | (x & z) | (y & z)) + 0x5a827999,
  (x: number, y: number, z: number) => (x ^ y ^ z) + 0x6ed9eba1,
] as const;

const BLOCK = 64;

/** MD4 (RFC 1320), which NTLM hashes passwords with and OpenSSL has laid aside. For nothing else. */
export function md4(message: Uint8Array): Buffer {
  const padded = pad(message);
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let start = 0; start < padded.length; start += BLOCK) mixBlock(state, padded, start);
  const digest = Buffer.alloc(16);
  state.forEach((word, index) => digest.writeInt32LE(word, index * 4));
  return digest;
}

function pad(message: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  return padded;
}

function mixBlock(state: Int32Array, padded: Buffer, start: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  MIXERS.forEach((mix, round) => {
    ORDERS[round]?.forEach((word, step) => {
      const sum = (a + mix(b, c, d) + padded.readInt32LE(start + word * 4)) | 0;
      const shift = SHIFTS[round]?.[step % 4] ?? 0;
      [a, d, c, b] = [d, c, b, (sum << shift) | (sum >>> (32 - shift))];
    });
  });
  [a, b, c, d].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}
