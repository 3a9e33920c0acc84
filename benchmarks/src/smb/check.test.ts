import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { archiveDifference, fileDifference, treeDifference } from './check.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  mkdirSync(at('source', 'one', 'deep'), { recursive: true });
  writeFileSync(at('source', 'one', 'a.jsonl'), 'a'.repeat(3_000_000));
  writeFileSync(at('source', 'one', 'deep', 'b.jsonl'), 'b');
  cpSync(at('source'), at('copy'), { recursive: true });
  for (const root of ['source', 'copy']) {
    for (const file of ['a.jsonl', 'deep/b.jsonl']) utimesSync(at(root, 'one', file), 1e9, 1e9);
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds no difference in a copy', () => {
  expect(treeDifference(at('source'), at('copy'), { times: true })).toBeNull();
});

it('finds one byte that is another, and one that is missing', () => {
  const [source, copy] = [at('source', 'one', 'a.jsonl'), at('copy', 'one', 'a.jsonl')];
  writeFileSync(copy, `${'a'.repeat(2_999_999)}A`);
  expect(fileDifference(source, copy)).toBe('a.jsonl has other bytes from 2097152 on');
  writeFileSync(copy, 'a'.repeat(2_999_999));
  expect(fileDifference(source, copy)).toBe('a.jsonl has 2999999 of 3000000 bytes');
});

it('finds files that are missing or too many, and other times', () => {
  utimesSync(at('copy', 'one', 'a.jsonl'), 1, 1);
  expect(treeDifference(at('source'), at('copy'), { times: false })).toBeNull();
  expect(treeDifference(at('source'), at('copy'), { times: true })).toBe('a.jsonl has another time');
  writeFileSync(at('copy', 'left.part'), '');
  expect(treeDifference(at('source'), at('copy'), { times: false })).toBe('3 of 2 files are there');
});

it('knows the files of an archive in their repos, and forgives that a little is left out', () => {
  cpSync(at('copy', 'one'), at('archive', 'source-bench', 'repo-1'), { recursive: true });
  rmSync(at('archive', 'source-bench', 'repo-1', 'deep'), { recursive: true });
  expect(archiveDifference(at('source'), at('archive'))).toBeNull();
  appendFileSync(at('archive', 'source-bench', 'repo-1', 'a.jsonl'), 'more');
  expect(archiveDifference(at('source'), at('archive'))).toBe('one/a.jsonl has other bytes');
  rmSync(at('archive', 'source-bench', 'repo-1', 'a.jsonl'));
  expect(archiveDifference(at('source'), at('archive'))).toBe('3000001 of 3000001 bytes are missing');
});
