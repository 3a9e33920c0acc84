import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepFilter, NEVER_KEPT, NOISE } from './keep-filter.js';

describe('keepFilter without rules', () => {
  const { keeps, enters } = keepFilter();

  test.each([
    '0b1.jsonl',
    '0b1/subagents/agent-1.jsonl',
    '0b1/subagents/workflows/r/agent-1.meta.json',
    '0b1/tool-results/x.txt',
    'memory/MEMORY.md',
    '.session-aliases',
    'session-env',
    'lock',
  ])('keeps %s', (path) => {
    expect(keeps(path)).toBe(true);
  });

  test.each([
    '.credentials.json',
    'a/.credentials.json',
    'session-env/x',
    'a/session-env/b/c',
    'shell-snapshots/x.sh',
    'a.lock',
    'a/b.lock',
    'a.jsonl.compact.tmp.123',
    'sessions-index.json',
    'a/.DS_Store',
  ])('leaves out %s', (path) => {
    expect(keeps(path)).toBe(false);
  });

  test('enters every folder but those that hold secrets', () => {
    expect(['subagents', 'a/b', '.hidden', 'x.lock'].filter((folder) => !enters(folder))).toEqual([]);
    expect(['session-env', 'a/shell-snapshots', 'a/session-env/b'].filter(enters)).toEqual([]);
  });
});

describe('keepFilter with rules', () => {
  test('an include brings noise back', () => {
    const { keeps } = keepFilter({ include: ['*.lock', 'a/sessions-index.json'] });
    expect(keeps('b/x.lock')).toBe(true);
    expect(keeps('a/sessions-index.json')).toBe(true);
    expect(keeps('sessions-index.json')).toBe(false);
  });

  test('no include brings a secret back', () => {
    const include = ['**', '*', '.credentials.json', 'session-env/', 'session-env/**', '/shell-snapshots/x'];
    const { keeps, enters } = keepFilter({ include });
    expect(['.credentials.json', 'session-env/x', 'a/shell-snapshots/x'].filter(keeps)).toEqual([]);
    expect(enters('session-env')).toBe(false);
  });

  test('an exclude beats an include', () => {
    expect(keepFilter({ include: ['*.lock'], exclude: ['x.*'] }).keeps('x.lock')).toBe(false);
  });

  test.each([
    ['tool-results', ['tool-results', 'a/tool-results', 'a/tool-results/x'], ['tool-results2', 'a/x']],
    ['tool-results/', ['tool-results/x', 'a/tool-results/x/y'], ['tool-results', 'a/tool-results']],
    ['/memory', ['memory', 'memory/x'], ['a/memory']],
    ['a/*.txt', ['a/x.txt', 'a/x.txt/y'], ['x.txt', 'b/a/x.txt', 'a/b/x.txt']],
    ['a/b/', ['a/b/c', 'a/b/c/d'], ['a/b', 'a/bc', 'x/a/b/c']],
    ['**/old/', ['old/x', 'a/old/x'], ['old', 'a/old']],
    ['*.{txt,log}', ['a.txt', 'b/a.log'], ['a.jsonl']],
    ['.*', ['.x', 'a/.x', '.a/x'], ['a/x']],
  ])('exclude %s', (pattern, out, kept) => {
    const { keeps } = keepFilter({ exclude: [pattern] });
    expect(out.filter(keeps)).toEqual([]);
    expect(kept.filter((path) => !keeps(path))).toEqual([]);
  });

  test('never leaves a folder unentered that holds a file it keeps', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '?', '**', '.'), { minLength: 1, maxLength: 5 })
      .map((tokens) => tokens.join(''));
    const name = fc.constantFrom('a', 'b', '.a', 'ab', 'session-env', 'x.lock');
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 3 }),
        fc.array(name, { minLength: 2, maxLength: 4 }),
        (exclude, names) => {
          const { keeps, enters } = keepFilter({ exclude });
          fc.pre(keeps(names.join('/')));
          for (let depth = 1; depth < names.length; depth++) {
            expect(enters(names.slice(0, depth).join('/'))).toBe(true);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('does not run away on long names', () => {
    const { keeps } = keepFilter({ exclude: ['*a*a*a*b', '**/x/**/y'], include: ['*.*.*.*'] });
    for (const path of ['a'.repeat(4096), 'a/'.repeat(2047) + 'a', '.compact.tmp'.repeat(341)]) keeps(path);
  });

  test('what is never kept and what is noise are said once each', () => {
    expect(new Set([...NEVER_KEPT, ...NOISE]).size).toBe(NEVER_KEPT.length + NOISE.length);
  });
});
