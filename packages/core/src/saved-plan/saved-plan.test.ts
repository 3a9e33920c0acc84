import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPlan, encodePlan, SECTION, step, type Part } from '../../test/plans.js';
import { hash, sha256 } from '../../test/sha256.js';
import { encodeChained } from '../ledger/encode-line.js';
import { GENESIS, MAX_LINE_BYTES } from '../ledger/line.js';
import { decodePlanLine } from './decode-plan-line.js';
import type { PlanLine } from './plan-line.js';
import { PlanReader, type PlanProblem } from './plan-reader.js';
import { PlanWriter } from './plan-writer.js';

function read(chunks: Iterable<Uint8Array>): { lines: PlanLine[]; problem: PlanProblem | null } {
  const reader = new PlanReader(sha256);
  const lines: PlanLine[] = [];
  for (const chunk of chunks) lines.push(...reader.push(chunk));
  lines.push(...reader.end());
  return { lines, problem: reader.problem };
}

/** Lines as somebody forges them: any objects, chained rightly. */
function forged(...lines: readonly object[]): Uint8Array {
  let prev = GENESIS;
  return Buffer.concat(
    lines.map((line) => {
      const { bytes, sha256: head } = encodeChained(line, prev, sha256);
      prev = head;
      return bytes;
    }),
  );
}

const HEADER = { kind: 'plan', format: 1, version: '1.2.3', at: '2026-01-01T00:00:00.000Z' };
const STEP = { ...step('a'), source: { size: 3, mtime: '1', identity: '' } };
const END = { kind: 'end', repos: 1, steps: 1, bytes: 3 };
const PARTS: readonly Part[] = [
  { section: SECTION, steps: [step('a'), step('b/c')] },
  { section: { ...SECTION, repo: 'other' }, steps: [] },
];

describe('a saved plan', () => {
  test('comes back as it was written, in whatever chunks', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 200 }), (parts, chunk) => {
        const all = Buffer.concat(encodePlan(parts));
        const chunks = Array.from({ length: Math.ceil(all.length / chunk) }, (_, index) =>
          all.subarray(index * chunk, (index + 1) * chunk),
        );
        const { lines, problem } = read(chunks);
        expect(problem).toBeNull();
        const steps = parts.flatMap((part) => part.steps);
        expect(lines).toEqual([
          HEADER,
          ...parts.flatMap((part) => [part.section, ...part.steps]),
          {
            kind: 'end',
            repos: parts.length,
            steps: steps.length,
            bytes: steps.reduce((sum, { bytes }) => sum + bytes, 0),
          },
        ]);
      }),
    );
  });

  test('tells of every line where the next one begins', () => {
    const encoded = encodePlan(PARTS);
    const reader = new PlanReader(sha256);
    let ends = 0;
    let at = 0;
    const look = (): void => {
      ends += encoded[at++]?.length ?? 0;
      expect(reader.reached).toEqual({ bytes: ends, head: hash(encoded[at - 1]!.subarray(0, -1)) });
    };
    for (const _ of reader.push(Buffer.concat(encoded))) look();
    for (const _ of reader.end()) look();
    expect(at).toBe(encoded.length);
  });

  test('that is cut off anywhere is known not to be whole', () => {
    const all = Buffer.concat(encodePlan(PARTS));
    for (let length = 0; length < all.length; length++) {
      expect(read([all.subarray(0, length)]).problem, length.toString()).toMatchObject({
        unsupported: false,
      });
    }
    expect(read([all]).problem).toBeNull();
  });

  test('that was changed in one byte anywhere is known to be', () => {
    const all = Buffer.concat(encodePlan(PARTS));
    for (let index = 0; index < all.length; index++) {
      const other = Buffer.from(all);
      other[index] = (other[index] ?? 0) ^ 1;
      expect(read([other]).problem, index.toString()).not.toBeNull();
    }
  });

  test('passes over fields that it does not know', () => {
    const all = forged({ ...HEADER, later: 1 }, { ...SECTION, later: {} }, { ...STEP, later: [] }, END);
    const { lines, problem } = read([all]);
    expect(problem).toBeNull();
    expect(lines).toEqual([HEADER, SECTION, step('a'), END]);
  });

  test('of a later version is said to be', () => {
    const { lines, problem } = read([forged({ ...HEADER, format: 2 }, { kind: 'other' })]);
    expect(lines).toEqual([]);
    expect(problem).toMatchObject({ line: 1, unsupported: true });
  });
});

describe('what is no plan', () => {
  const many = (count: number): object[] => Array.from({ length: count }, () => STEP);

  test.each<[string, Uint8Array | string, RegExp]>([
    ['an empty file', '', /empty/],
    ['a text', 'hello\n', /no JSON object/],
    ['a text without a newline', 'hello', /cut off/],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 10, 10]), /no UTF-8/],
    ['a huge line', `${'x'.repeat(MAX_LINE_BYTES + 5)}\n`, /longer than a line may be/],
    ['a huge line without an end', 'x'.repeat(MAX_LINE_BYTES * 3), /longer than a line may be/],
    ['deep JSON', '['.repeat(60_000), /cut off|no JSON/],
    ['another list of chained lines', forged({ kind: 'kept' }, { kind: 'kept' }), /not valid/],
    ['no header', forged(SECTION, END), /no header/],
    ['two headers', forged(HEADER, HEADER), /second header/],
    ['a step of no repo', forged(HEADER, STEP, END), /step of no repo/],
    ['a repo twice', forged(HEADER, SECTION, SECTION, END), /has a part already/],
    ['a path twice', forged(HEADER, SECTION, ...many(2), { ...END, steps: 2, bytes: 6 }), /not behind/],
    ['paths in no order', forged(HEADER, SECTION, { ...STEP, path: 'b' }, STEP, END), /not behind/],
    ['wrong totals', forged(HEADER, SECTION, STEP, { ...END, steps: 2 }), /totals/],
    ['wrong bytes', forged(HEADER, SECTION, STEP, { ...END, bytes: 4 }), /totals/],
    ['lines behind the last', forged(HEADER, SECTION, STEP, END, STEP), /behind the last line/],
    ['a second end', forged(HEADER, SECTION, STEP, END, END), /behind the last line/],
  ])('%s', (_, file, reason) => {
    const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
    expect(read([bytes]).problem?.reason).toMatch(reason);
  });

  test.each<[string, object]>([
    ['a path that leads out', { path: '../a' }],
    ['a path that leads out in its middle', { path: 'a/../../b' }],
    ['an absolute path', { path: '/etc/passwd' }],
    ['a path with NUL', { path: 'a\0b' }],
    ['a path with half a character', { path: '\ud800' }],
    ['a path too long', { path: 'a'.repeat(5000) }],
    ['no path', { path: undefined }],
    ['an outcome of nobody', { outcome: 'deleted' }],
    ['an outcome that is a count', { outcome: 'files' }],
    ['a reason that is text', { reason: 'rm -rf / \x1b[2J' }],
    ['negative bytes', { bytes: -1 }],
    ['bytes beyond counting', { bytes: 2 ** 60 }],
    ['half bytes', { bytes: 1.5 }],
    ['bytes as text', { bytes: '3' }],
    ['an alarm that is none', { alarm: 1 }],
    ['no source', { source: undefined }],
    ['a source of nothing', { source: {} }],
    ['a time that is a number', { source: { size: 1, mtime: 1, identity: '' } }],
    ['a time without end', { source: { size: 1, mtime: '1'.repeat(40), identity: '' } }],
    ['an identity that is none', { source: { size: 1, mtime: '1', identity: 1 } }],
    ['a huge size', { source: { size: 1e300, mtime: '1', identity: '' } }],
    ['no target', { target: undefined }],
    ['a target elsewhere', { target: { size: 1, mtime: '1', stored: '../a' } }],
  ])('a step with %s', (_, change) => {
    expect(read([forged(HEADER, SECTION, { ...STEP, ...change }, END)]).problem).toMatchObject({
      line: 3,
      unsupported: false,
    });
  });

  test.each<[string, object]>([
    ['no target', { target: null }],
    ['no source', { source: 1 }],
    ['an archive that is a number', { archive: 1 }],
    ['no binding', { binding: null }],
    ['a binding of one project', { binding: { ...SECTION.binding, projects: '-home' } }],
    ['a layout of nobody', { binding: { ...SECTION.binding, layout: 'deep' } }],
    ['no policy', { policy: undefined }],
    ['rules that are no digest', { policy: { ...SECTION.policy, rules: '' } }],
    ['a rebind that is none', { policy: { ...SECTION.policy, rebind: 'yes' } }],
    ['no ledger', { ledger: null }],
    ['a head that is none', { ledger: { ...SECTION.ledger, head: '' } }],
    ['counts that lack one', { idle: { files: 1 } }],
    ['counts below nothing', { idle: { ...SECTION.idle, files: -1 } }],
  ])('a section with %s', (_, change) => {
    expect(read([forged(HEADER, { ...SECTION, ...change }, END)]).problem).toMatchObject({ line: 2 });
  });

  test('garbage never throws', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((any) => new TextEncoder().encode(`${any}\n`)),
      fc.json().map((any) => new TextEncoder().encode(`${any}\n`)),
      fc.object().map((any) => new TextEncoder().encode(`${JSON.stringify({ ...HEADER, ...any })}\n`)),
    );
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 6 }), fc.boolean(), (chunks, begins) => {
        const { problem } = read(begins ? [forged(HEADER, SECTION), ...chunks] : chunks);
        expect(problem).not.toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (any) => {
        expect(decodePlanLine(any).ok).toBe(false);
      }),
    );
  });
});

describe('the writer', () => {
  test('writes nothing that no reader would take', () => {
    const writer = (): PlanWriter => {
      const made = new PlanWriter(sha256);
      made.header('1', HEADER.at);
      return made;
    };
    expect(() => new PlanWriter(sha256).section(SECTION)).toThrow(/no header/);
    expect(() => writer().step(step('a'))).toThrow(/no repo/);
    const begun = writer();
    begun.section(SECTION);
    begun.step(step('b'));
    expect(() => begun.step(step('a'))).toThrow(/not behind/);
    expect(begun.totals).toMatchObject({ repos: 1 });
  });

  test('has room for the longest paths there are', () => {
    const path = '\u0001/'.repeat(2048).slice(0, 4096).replace(/\/$/, 'a');
    const target = { size: 3, mtime: 10n ** 27n, stored: step(path).path };
    const lines = encodePlan([{ section: SECTION, steps: [step(path, { target })] }]);
    expect(read(lines).problem).toBeNull();
  });
});
