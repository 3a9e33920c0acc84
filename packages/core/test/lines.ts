import fc from 'fast-check';
import type { FileKind, HeaderLine, Line, LiveRecord } from '../src/ledger/line.js';
import { isPath } from '../src/path/relative-path.js';
import { at } from './entries.js';
import { hash } from './sha256.js';

export const HEADER: HeaderLine = {
  kind: 'header',
  format: 1,
  segment: 1,
  source: 'mac-local',
  repo: 'home',
  target: 't',
  origin: 'machine:1 /home/a',
  layout: 'flat',
  projects: ['-home-a'],
  at: '2026-01-01T00:00:00.000Z',
  run: 'r1',
};

const digest = fc.nat(1000).map((seed) => hash(seed.toString()));
const text = fc.string({ unit: 'binary', maxLength: 6 }).filter((any) => any.isWellFormed());
const path = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((any) => isPath(any))
  .map(at);
const size = fc.maxSafeNat();
const time = fc.bigInt({ min: -(10n ** 28n) + 1n, max: 10n ** 28n - 1n });
const stamp = {
  at: fc
    .date({ min: new Date(0), max: new Date('9999-12-31T00:00:00.000Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  run: text,
};
const facts = { path, size, sha256: digest, mtime: time, targetMtime: time };
const maybeStored = fc
  .option(path, { nil: undefined })
  .map((stored) => (stored === undefined ? {} : { stored }));
const binding = {
  origin: text,
  layout: fc.constantFrom('flat' as const, 'folders' as const),
  projects: fc.array(text, { maxLength: 3 }),
};
const kinds: FileKind[] = ['kept', 'adopted', 'grown', 'restamped', 'gone', 'back', 'pruned'];
const aside = fc.record({ size, sha256: digest, lost: fc.boolean() });
const broken = fc.record({
  segment: size,
  sha256: digest,
  lastValid: digest,
  validLines: size,
  reason: text,
});

const withStored = <T extends object>(line: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(line, maybeStored).map(([any, stored]) => ({ ...any, ...stored }));

const file = (kind: FileKind): fc.Arbitrary<Line> =>
  withStored(fc.record({ kind: fc.constant(kind), ...facts, ...stamp }));
const header = fc.record({
  kind: fc.constant('header' as const),
  format: fc.constant(1),
  segment: size,
  source: text,
  repo: text,
  target: text,
  ...binding,
  ...stamp,
});

export const LINES: Record<Line['kind'], fc.Arbitrary<Line>> = {
  kept: file('kept'),
  adopted: file('adopted'),
  grown: file('grown'),
  restamped: file('restamped'),
  gone: file('gone'),
  back: file('back'),
  pruned: file('pruned'),
  aside: withStored(
    fc.record({ kind: fc.constant('aside' as const), lost: fc.boolean(), ...facts, ...stamp }),
  ),
  header: fc
    .tuple(header, fc.option(broken))
    .map(([line, found]) => (found === null ? line : { ...line, broken: found })),
  rebound: fc.record({ kind: fc.constant('rebound' as const), ...binding, ...stamp }),
  state: fc
    .tuple(
      withStored(fc.record({ kind: fc.constant('state' as const), gone: fc.boolean(), ...facts, ...stamp })),
      fc.oneof(
        fc.constantFrom({ status: 'live' as const }, { status: 'pruned' as const }),
        fc.record({ status: fc.constant('aside' as const), aside }),
      ),
    )
    .map(([line, how]) => ({ ...line, ...how })),
};

export const anyLine = fc.oneof(
  ...(kinds as Line['kind'][]).concat('aside', 'header', 'rebound', 'state').map((kind) => LINES[kind]),
);

/** A line about a file, with little to say. */
export const says = (
  kind: FileKind | 'aside',
  bytes: string,
  more: Partial<LiveRecord> & { at?: string; lost?: boolean } = {},
): Line => {
  const { lost = false, at: when = '2026-01-01T00:00:00.000Z', ...facts } = more;
  const common = {
    path: at('a'),
    size: bytes.length,
    sha256: hash(bytes),
    mtime: 1n,
    targetMtime: 1n,
    ...facts,
    at: when,
    run: 'r',
  };
  return kind === 'aside' ? { kind, ...common, lost } : { kind, ...common };
};
