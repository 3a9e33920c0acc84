import { expect, test } from 'vitest';
import { at } from '../../test/entries.js';
import { HEADER, says } from '../../test/lines.js';
import { stateLine } from '../ledger/encode-line.js';
import type { Line } from '../ledger/line.js';
import { FileEvents } from './file-events.js';

function told(lines: readonly Line[]): Record<string, string[]> {
  const events = new FileEvents();
  for (const line of lines) expect(events.apply(line)).toBeNull();
  return Object.fromEntries(
    [...events.files].map(([path, all]) => [
      path,
      all.map(({ kind, size, added, lost }) => `${kind} ${size} +${added}${lost ? ' lost' : ''}`),
    ]),
  );
}

const history = [
  says('kept', 'ab'),
  says('adopted', 'other', { path: at('b') }),
  says('grown', 'abcde'),
  says('restamped', 'abcde', { mtime: 7n }),
  says('gone', 'abcde', { mtime: 7n }),
  says('back', 'abcde', { mtime: 7n }),
  says('aside', 'abcdef', { mtime: 7n, lost: true }),
  says('kept', 'x'),
  says('pruned', 'x'),
];

test('every kind of line, with what it added', () => {
  expect(told(history)).toEqual({
    a: [
      'kept 2 +2',
      'grown 5 +3',
      'restamped 5 +0',
      'gone 5 +0',
      'back 5 +0',
      'aside 6 +0 lost',
      'kept 1 +1',
      'pruned 1 +0',
    ],
    b: ['adopted 5 +5'],
  });
});

test("a segment's opening tells nothing that is known, but what was lost before it", () => {
  const events = new FileEvents();
  for (const line of history) events.apply(line);
  const stamp = { at: HEADER.at, run: 'r' };
  const opening = [HEADER, ...[...events.state.records.values()].map((record) => stateLine(record, stamp))];
  expect(told([...history, ...opening])).toEqual(told(history));
  expect(told(opening)).toEqual({ a: ['state 1 +0'], b: ['state 5 +0'] });
  // One line of the history is missing.
  expect(told([...history.slice(0, -1), ...opening])['a']?.at(-1)).toBe('state 1 +0');
});

test('a line that contradicts is told and is no event', () => {
  const events = new FileEvents();
  expect(events.apply(says('grown', 'a'))).toEqual(expect.any(String));
  expect(events.files.size).toBe(0);
});
