import { keepError } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { describe, expect, test } from 'vitest';
import type { Sink } from '../render/sink.js';
import type { Column } from '../render/table.js';
import { DataOutput } from './data-output.js';

const COLUMNS: readonly Column[] = [
  { title: 'size', align: 'right' },
  { title: 'state', align: 'left' },
  { title: 'name', align: 'left' },
];

/** A sink that remembers, and stops after `pieces`. */
function sink(pieces = Infinity): Sink & { text: () => string; pieces: () => number } {
  const sent: string[] = [];
  return {
    send: (data) => {
      sent.push(data.toString());
      return Promise.resolve(ok(sent.length < pieces));
    },
    text: () => sent.join(''),
    pieces: () => sent.length,
  };
}

const never = (): never => {
  throw new Error('is not asked for');
};

describe('for people', () => {
  test('rows are lined up, an empty column takes no room, and the last one is left as it is', async () => {
    const out = sink();
    const data = new DataOutput(out, { json: false, columns: COLUMNS });
    await data.titles(['size', '', 'name']);
    await data.row(() => ['5 B', '', 'a'], never);
    await data.row(() => ['12 KB', '', '寿司.jsonl'], never);
    expect(await data.end()).toBe(true);
    expect(out.text()).toBe(' size  name\n  5 B  a\n12 KB  寿司.jsonl\n');
  });

  test('lines stay between the rows that were told before and after them', async () => {
    const out = sink();
    const data = new DataOutput(out, { json: false, columns: COLUMNS });
    await data.row(() => ['1', 'x', 'a'], never);
    await data.line('heading');
    await data.object({ no: 'body' });
    await data.row(() => ['100', 'y', 'b'], never);
    await data.end();
    expect(out.text()).toBe('1  x  a\nheading\n100  y  b\n');
  });

  test('a column is as wide as it must be from the first row on', async () => {
    const out = sink();
    const columns = [{ title: 'a', align: 'right', least: 5 } as const, ...COLUMNS.slice(2)];
    const data = new DataOutput(out, { json: false, columns });
    await data.row(() => ['1', 'x'], never);
    await data.line('heading');
    await data.row(() => ['12345', 'y'], never);
    await data.end();
    expect(out.text()).toBe('    1  x\nheading\n12345  y\n');
  });

  test('a width cuts the last cell in its middle, but never down to nothing', async () => {
    const out = sink();
    const data = new DataOutput(out, { json: false, columns: COLUMNS, width: 30 });
    await data.row(() => ['1', 'gone', 'the-beginning-of-a-name-and-its-end'], never);
    await data.end();
    expect(out.text()).toBe('1  gone  the-beginn…nd-its-end\n');
    const narrow = sink();
    const squeezed = new DataOutput(narrow, { json: false, columns: COLUMNS, width: 20 });
    await squeezed.row(() => ['1', 'gone', 'the-beginning-of-a-name'], never);
    await squeezed.end();
    expect(narrow.text()).toBe('1  gone  the-beginning-of-a-name\n');
  });

  test('a long table is sent in pieces, and none of it is made once nobody reads', async () => {
    const out = sink(2);
    const data = new DataOutput(out, { json: false, columns: COLUMNS });
    let made = 0;
    for (let at = 0; at < 1_000_000; at++) {
      const more = await data.row(() => [`${++made}`, '', 'x'.repeat(60)], never);
      if (!more) break;
    }
    expect(await data.end()).toBe(false);
    expect(out.pieces()).toBe(2);
    expect(made).toBeLessThan(10_000);
    expect(data.failure).toBeNull();
  });
});

describe('for programs', () => {
  test('objects, a line each, and nothing that only people need', async () => {
    const out = sink();
    const data = new DataOutput(out, { json: true, columns: COLUMNS });
    await data.titles(['size', 'state', 'name']);
    await data.line('heading');
    await data.row(never, () => ({ mtime: 5n, name: 'a\u001b' }));
    await data.object({ sum: 1 });
    await data.end();
    expect(out.text()).toBe('{"mtime":"5","name":"a\\u001b"}\n{"sum":1}\n');
  });
});

test('what cannot be written ends it, and is kept for the end', async () => {
  const error = keepError('full', 'write output', 'no room');
  const data = new DataOutput({ send: () => Promise.resolve(err(error)) }, { json: true, columns: [] });
  expect(await data.object({})).toBe(true);
  expect(await data.end()).toBe(false);
  expect(data.failure).toBe(error);
  expect(await data.object({})).toBe(false);
});
