import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { record } from '../../test/entries.js';
import { anyLine, HEADER, LINES, says } from '../../test/lines.js';
import { hash, sha256 } from '../../test/sha256.js';
import { decodeLine } from './decode-line.js';
import { encodeChained, encodeLine, stateLine } from './encode-line.js';
import { GENESIS, MAX_LINE_BYTES, type Line } from './line.js';

const json = (line: object): string =>
  new TextDecoder().decode(encodeChained(line, GENESIS, sha256).bytes).trimEnd();
const decodes = (line: object): unknown => decodeLine(json(line));

describe('encode and decode', () => {
  test.each(Object.keys(LINES) as Line['kind'][])('a %s line comes back as it was', (kind) => {
    fc.assert(
      fc.property(LINES[kind], fc.nat().map(String).map(hash), (line, prev) => {
        const { bytes, sha256: digest } = encodeLine(line, prev, sha256);
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        expect(text.indexOf('\n')).toBe(text.length - 1);
        expect(digest).toBe(hash(bytes.subarray(0, -1)));
        expect(decodeLine(text.slice(0, -1))).toEqual({ ok: true, value: line, prev });
      }),
    );
  });

  test('a line longer than readers take is never written', () => {
    const projects = [...Array(1000).keys()].map((index) => `${'p'.repeat(80)}${index.toString()}`);
    expect(() => encodeLine({ ...HEADER, projects }, GENESIS, sha256)).toThrow(RangeError);
    const fits = MAX_LINE_BYTES - encodeLine({ ...HEADER, origin: '' }, GENESIS, sha256).bytes.length;
    expect(encodeLine({ ...HEADER, origin: 'o'.repeat(fits) }, GENESIS, sha256).bytes).toHaveLength(
      MAX_LINE_BYTES,
    );
    expect(() => encodeLine({ ...HEADER, origin: 'o'.repeat(fits + 1) }, GENESIS, sha256)).toThrow(
      RangeError,
    );
  });

  test('fields of a later version are kept from line to state line, and cannot replace known ones', () => {
    const text = json({ ...says('kept', 'x'), note: { a: [1] }, ['__proto__']: 1 }).replace(
      '"note"',
      '"__proto__":{"size":9},"note"',
    );
    const decoded = decodeLine(text);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(Object.keys(decoded.extra ?? {}).sort()).toEqual(['__proto__', 'note']);
    const state = stateLine(record('a', 'x', { extra: { ...decoded.extra, size: 99, kind: 'x' } }), {
      at: HEADER.at,
      run: 'r',
    });
    const again = decodeLine(json(state));
    expect(again).toMatchObject({ ok: true, value: { kind: 'state', size: 1 }, extra: { note: { a: [1] } } });
    expect(again.ok && Object.hasOwn(again.extra ?? {}, '__proto__')).toBe(true);
  });
});

describe('what is not taken', () => {
  test.each([
    ['a kind of a later version', { ...says('kept', 'x'), kind: 'moved' }],
    ['no kind', { ...says('kept', 'x'), kind: undefined }],
    ['a format of a later version', { ...HEADER, format: 2 }],
    ['no format', { ...HEADER, format: undefined }],
  ])('%s: unsupported, so that nobody writes', (_name, line) => {
    expect(decodes(line)).toMatchObject({ ok: false, unsupported: true });
  });

  const kept = says('kept', 'x');
  test.each([
    ['an absolute path', { ...kept, path: '/etc/passwd' }],
    ['a path that leads out', { ...kept, path: 'a/../../b' }],
    ['the root as a path', { ...kept, path: '' }],
    ['a stored name that leads out', { ...kept, stored: '../x' }],
    ['no path', { ...kept, path: undefined }],
    ['a path that is no text', { ...kept, path: 1 }],
    ['a negative size', { ...kept, size: -1 }],
    ['half a byte', { ...kept, size: 0.5 }],
    ['a size beyond whole numbers', { ...kept, size: 2 ** 53 }],
    ['a size as text', { ...kept, size: '1' }],
    ['a digest in capitals', { ...kept, sha256: hash('x').toUpperCase() }],
    ['a short digest', { ...kept, sha256: 'abc' }],
    ['a time as a number', { ...kept, mtime: 1 }],
    ['a time with a fraction', { ...kept, mtime: '1.5' }],
    ['a time without end', { ...kept, targetMtime: '1'.repeat(29) }],
    ['no target time', { ...kept, targetMtime: undefined }],
    ['a moment without milliseconds', { ...kept, at: '2026-01-01T00:00:00Z' }],
    ['a thirteenth month', { ...kept, at: '2026-13-01T00:00:00.000Z' }],
    ['a moment of another zone', { ...kept, at: '2026-01-01T00:00:00.000+01:00' }],
    ['no run', { ...kept, run: undefined }],
    ['a header of no layout', { ...HEADER, layout: 'tree' }],
    ['a header of no origin', { ...HEADER, origin: undefined }],
    ['a header whose projects are no texts', { ...HEADER, projects: [1] }],
    ['a header of no segment', { ...HEADER, segment: '1' }],
    ['a header of no repo', { ...HEADER, repo: undefined }],
    ['a header with half a broken segment', { ...HEADER, broken: { segment: 1 } }],
    ['a header with no broken segment', { ...HEADER, broken: null }],
    ['a rebound without a binding', { ...kept, kind: 'rebound' }],
    ['a state of no status', { ...kept, kind: 'state', status: 'lost' }],
    ['an aside state without its aside', { ...kept, kind: 'state', status: 'aside' }],
    [
      'a live state with an aside',
      { ...kept, kind: 'state', status: 'live', aside: { size: 0, sha256: hash('') } },
    ],
    ['a state with half an aside', { ...kept, kind: 'state', status: 'aside', aside: { size: 0 } }],
  ])('%s', (_name, line) => {
    expect(decodes(line)).toMatchObject({ ok: false });
    expect(decodes(line)).not.toHaveProperty('unsupported');
  });

  test.each(['', 'null', '[]', '1', '"x"', '{', '{}', '{"kind":"kept"}', '\ufeff{}'])('%j', (text) => {
    expect(decodeLine(text)).toMatchObject({ ok: false });
  });

  test('a line without prev, or with something else there', () => {
    expect(decodeLine(JSON.stringify(HEADER))).toMatchObject({ ok: false });
    expect(decodeLine(JSON.stringify({ ...HEADER, prev: 'x' }))).toMatchObject({ ok: false });
  });

  test('what is nested so deeply that it could not be written again', () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(decodeLine(json({ ...kept, note: 'N' }).replace('"N"', nested))).toMatchObject({ ok: false });
  });
});

describe('whatever the bytes', () => {
  test('decoding never throws on any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => typeof decodeLine(text).ok === 'boolean'));
  });

  test('decoding never throws on a line that was meddled with', () => {
    fc.assert(
      fc.property(anyLine, fc.string({ maxLength: 3 }), fc.nat(), fc.nat(5), (line, put, where, cut) => {
        const text = json(line);
        const from = where % (text.length + 1);
        expect(typeof decodeLine(text.slice(0, from) + put + text.slice(from + cut)).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});
