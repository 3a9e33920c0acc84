import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { file, inputOf, listed, record } from '../../test/entries.js';
import { hash } from '../../test/sha256.js';
import { foldKey, POSIX_NAMES, type NameRules } from '../port/traits.js';
import { plan, planSteps, type PlanInput } from './plan.js';
import { questionKey, type QuestionAnswer } from './question.js';
import { resolveNames } from './resolve-names.js';

const FOLDS: Partial<NameRules> = { foldsCase: true };
const MAC: Partial<NameRules> = { foldsCase: true, normalizes: true };
const NFC = 'é';
const NFD = 'e\u0301';

const refusals = (input: PlanInput): Record<string, string> =>
  Object.fromEntries(
    [...planSteps(input)].flatMap((planned) =>
      'step' in planned && planned.step.outcome === 'refused'
        ? [[planned.step.path, planned.step.reason]]
        : [],
    ),
  );
const names = (
  rules: Partial<NameRules>,
  source: string[],
  records: string[] = [],
  target: string[] = [],
): PlanInput =>
  inputOf({
    files: source.map((path) => file(path)),
    records: records.map((path) => record(path)),
    target: target.map((path) => listed(path)),
    rules,
  });

describe('where names are exact', () => {
  test('only spelling counts', () => {
    expect(refusals(names({}, ['a', 'A', NFC, NFD, 'ab/x', 'AB/x']))).toEqual({});
  });

  test('a file where the ledger or the target has a folder is refused', () => {
    expect(refusals(names({}, ['a', 'b', 'c'], ['a/x'], ['b/y/z']))).toEqual({
      a: 'file-and-folder',
      b: 'file-and-folder',
    });
  });

  test('a file below what the ledger or the target has as a file is refused', () => {
    expect(refusals(names({}, ['a/x', 'b/y/z', 'bc/d'], ['a'], ['b']))).toEqual({
      'a/x': 'file-and-folder',
      'b/y/z': 'file-and-folder',
    });
  });
});

describe('where case is folded', () => {
  test('the lowest bytes win among new names', () => {
    expect(refusals(names(FOLDS, ['a', 'A', 'b']))).toEqual({ a: 'name-collision' });
  });

  test('whoever is recorded wins against lower bytes', () => {
    expect(refusals(names(FOLDS, ['a', 'A'], ['a']))).toEqual({ A: 'name-collision' });
  });

  test('whoever is on the target wins against lower bytes', () => {
    expect(refusals(names(FOLDS, ['a', 'A'], [], ['a']))).toEqual({ A: 'name-collision' });
  });

  test('the recorded one wins against the target', () => {
    expect(refusals(names(FOLDS, ['a', 'A'], ['A'], ['a']))).toEqual({ a: 'name-collision' });
  });

  test('folders are compared at every depth', () => {
    expect(refusals(names(FOLDS, ['x/B/c', 'x/b/d', 'X/e', 'x/B/f']))).toEqual({
      'x/B/c': 'name-collision',
      'x/B/f': 'name-collision',
      'x/b/d': 'name-collision',
    });
    expect(refusals(names(FOLDS, ['x/B/c', 'x/b/d', 'x/b/e'], ['x/b/e']))).toEqual({
      'x/B/c': 'name-collision',
    });
  });

  test('a file and a folder of one name clash in whatever case', () => {
    expect(refusals(names(FOLDS, ['a', 'A/x']))).toEqual({ a: 'file-and-folder' });
    expect(refusals(names(FOLDS, ['a/x'], ['A']))).toEqual({ 'a/x': 'file-and-folder' });
  });

  test('composed and decomposed names stay apart', () => {
    expect(refusals(names(FOLDS, [NFC, NFD]))).toEqual({});
  });

  test('a name that is refused takes nobody’s place', () => {
    expect(refusals(names({ ...FOLDS, maxNameBytes: 3 }, ['AAAA', 'aaaa/x', 'b']))).toEqual({
      AAAA: 'name-not-storable',
      'aaaa/x': 'name-not-storable',
    });
  });
});

describe('where names are normalised', () => {
  test('the two forms of one name clash', () => {
    expect(refusals(names({ normalizes: true }, [NFC, NFD]))).toEqual({ [NFC]: 'name-collision' });
    expect(refusals(names(MAC, [NFC, NFD.toUpperCase()], [NFC]))).toEqual({
      [NFD.toUpperCase()]: 'name-collision',
    });
  });

  test('what the target spells its own way is the source’s file, under the source’s name', () => {
    const input = inputOf({ files: [file(NFC, 'x')], target: [listed(NFD, 'x')], rules: MAC });
    const answers = new Map<string, QuestionAnswer>();
    for (const question of plan(input).questions) answers.set(questionKey(question), { sha256: hash('x') });
    expect(plan(input, answers).steps).toMatchObject([
      { path: NFC, outcome: 'adopted', target: { path: NFC, stored: NFD } },
    ]);
  });

  test('a recorded name finds its file under the target’s spelling', () => {
    const input = inputOf({
      files: [file(NFC, 'x')],
      records: [record(NFC, 'x')],
      target: [listed(NFD, 'x')],
      rules: MAC,
    });
    expect(plan(input)).toMatchObject({ steps: [{ path: NFC, outcome: 'unchanged' }], questions: [] });
  });

  test('two files there that fold to one name are never taken for one', () => {
    const { target } = resolveNames({ ...names(MAC, [], ['strasse'], ['STRASSE', 'straße']), source: [] });
    expect(target.map((entry) => entry.path)).toEqual(['strasse', 'straße']);
    const both = resolveNames({ ...names(MAC, [], ['strasse'], ['strasse', 'straße']), source: [] });
    expect(both.target.map((entry) => entry.path)).toEqual(['strasse', 'straße']);
  });
});

describe('what the target cannot hold', () => {
  test.each([
    ['a'.repeat(256), {}],
    [`x/${'a'.repeat(256)}/y`, {}],
    ['é'.repeat(128), {}],
    ['𝓪'.repeat(64), {}],
    ['a:b', { forbidden: '\\:*?"<>|' }],
    ['x|y/z', { forbidden: '\\:*?"<>|' }],
  ])('%s is refused', (path, rules) => {
    expect(refusals(names(rules, [path]))).toEqual({ [path]: 'name-not-storable' });
  });

  test.each([
    'a'.repeat(255),
    'é'.repeat(127),
    '𝓪'.repeat(63),
    Array(20).fill('a'.repeat(200)).join('/'),
    'a:b',
  ])('%s is stored', (path) => {
    expect(refusals(names({}, [path]))).toEqual({});
  });
});

describe('whatever the names', () => {
  const segment = fc.constantFrom('a', 'A', 'b', NFC, NFD, 'É', 'ß', 'ss', 'SS', 'ı', 'İ', '😀', '\uff41');
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const paths = fc.uniqueArray(path, { maxLength: 6 });
  const rules = fc.record({ foldsCase: fc.boolean(), normalizes: fc.boolean() });
  const foldersOf = (name: string): string[] =>
    name.split('/').map((_, end, all) => all.slice(0, end).join('/'));

  test('no two of those not refused are one name or folder under two spellings', () => {
    fc.assert(
      fc.property(rules, paths, paths, paths, (how, source, records, target) => {
        const refusedNames = refusals(names(how, source, records, target));
        const key = (name: string): string => foldKey(name, { ...POSIX_NAMES, ...how });
        const spelling = new Map<string, string>();
        for (const name of source.filter((name) => refusedNames[name] === undefined)) {
          for (const part of [name, ...foldersOf(name)]) {
            expect(spelling.get(key(part)) ?? part).toBe(part);
            spelling.set(key(part), part);
          }
        }
        // What is recorded keeps its place, unless the ledger contradicts itself.
        const alone = records.filter(
          (name) =>
            refusals(
              names(
                how,
                [name],
                records.filter((other) => other !== name),
              ),
            )[name] === undefined,
        );
        for (const name of alone) expect(refusedNames[name] === 'name-collision').toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('the target’s files keep names of their own', () => {
    fc.assert(
      fc.property(rules, paths, paths, paths, (how, source, records, target) => {
        const input = names(how, source, records, target);
        const renamed = resolveNames({ ...input, source: input.source.files }).target;
        expect(new Set(renamed.map((entry) => entry.path)).size).toBe(target.length);
        expect(renamed.map((entry) => entry.stored ?? entry.path).sort()).toEqual([...target].sort());
      }),
      { numRuns: 2000 },
    );
  });

  test('the order of nothing but bytes decides', () => {
    fc.assert(
      fc.property(rules, paths, (how, source) => {
        expect(refusals(names(how, [...source].reverse()))).toEqual(refusals(names(how, source)));
      }),
    );
  });
});
