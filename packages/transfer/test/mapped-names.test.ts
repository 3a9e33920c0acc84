import { describe, expect, it } from 'vitest';
import {
  backup,
  createMemoryDisk,
  fileEvents,
  ledgerState,
  liveOf,
  restoredAt,
  sourceOf,
  sourceTexts,
  verify,
  versionsOf,
} from './scenario.js';

const ODD = {
  'a:b?.jsonl': 'colon',
  'tail.': 'dot',
  'folder /x.jsonl': 'space',
  'e\u0301.jsonl': 'decomposed',
  'plain.jsonl': 'plain',
  'CON.jsonl': 'device',
};
const STORED = {
  'a\uf03ab\uf03f.jsonl': 'colon',
  'tail\uf02e': 'dot',
  'folder\uf020/x.jsonl': 'space',
  '\u00e9.jsonl': 'decomposed',
  'plain.jsonl': 'plain',
  '\uf043ON.jsonl': 'device',
};

const share = (foldsCase = true): ReturnType<typeof createMemoryDisk> =>
  createMemoryDisk({ rules: { foldsCase, maps: true, forbidden: '"*:<>?\\|' } });

describe.each([true, false])('a target that cannot hold every name (folding case: %s)', (foldsCase) => {
  it('keeps each under a name that it can, and gives back the source’s own', async () => {
    const source = sourceOf(ODD);
    const target = share(foldsCase);
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { copied: 6 } });
    expect(liveOf(target)).toEqual(STORED);
    const { records } = await ledgerState(target);
    expect(records.get('a:b?.jsonl')).toMatchObject({ stored: 'a\uf03ab\uf03f.jsonl' });
    expect(records.get('plain.jsonl')).not.toHaveProperty('stored');
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', linesWritten: 0 });
    expect((await verify(target, source)).counts).toMatchObject({ matching: 6, corrupt: 0, missing: 0 });
    expect(await restoredAt(target)).toEqual(ODD);
  });

  it('appends to them, and puts them aside', async () => {
    const source = sourceOf(ODD);
    const target = share(foldsCase);
    await backup(source, target);
    source.append('-home/a:b?.jsonl', ' grown');
    source.remove('-home/tail.');
    source.write('-home/tail.', 'rewritten');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      counts: { appended: 1, superseded: 1, unchanged: 4 },
    });
    expect(liveOf(target)).toEqual({
      ...STORED,
      'a\uf03ab\uf03f.jsonl': 'colon grown',
      'tail\uf02e': 'rewritten',
    });
    expect(Object.values(versionsOf(target))).toEqual(['dot']);
    expect(await restoredAt(target)).toEqual(sourceTexts(source));
  });

  it('adopts what lies there under such a name, and mends one that was lost', async () => {
    const source = sourceOf(ODD);
    const target = share(foldsCase);
    target.write('source-mac/repo-home/a\uf03ab\uf03f.jsonl', 'col');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      counts: { adopted: 1, copied: 5 },
    });
    target.remove('source-mac/repo-home/tail\uf02e');
    expect(await backup(source, target)).toMatchObject({ outcome: 'damage', counts: { mended: 1 } });
    expect(liveOf(target)).toEqual(STORED);
  });

  it('refuses one of two that come to the same name', async () => {
    const source = sourceOf({ 'a:b': 'one', 'a\uf03ab': 'two', 'e\u0301': 'three', '\u00e9': 'four' });
    const target = share(foldsCase);
    const ran = await backup(source, target);
    expect(ran).toMatchObject({ outcome: 'partial', counts: { copied: 2, refused: 2 } });
    const refused = fileEvents(ran).filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ reason }) => reason)).toEqual(['name-collision', 'name-collision']);
    expect(await backup(source, target)).toMatchObject({
      linesWritten: 0,
      counts: { unchanged: 2, refused: 2 },
    });
  });
});
