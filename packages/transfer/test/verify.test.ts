import { expect, test } from 'vitest';
import { backup, createMemoryDisk, META, sourceOf, verify } from './scenario.js';

test('a repo that had no files yet is in order, and a file that came since is new', async () => {
  const [source, target] = [sourceOf({}), createMemoryDisk()];
  expect(await backup(source, target)).toMatchObject({ outcome: 'done', linesWritten: 0 });
  expect(await verify(target, source)).toMatchObject({ failure: null, alarms: [] });
  source.write('-home/a.jsonl', 'a');
  expect(await verify(target, source)).toMatchObject({ failure: null, alarms: [], counts: { new: 1 } });
});

test('where nothing was ever kept there is nothing to verify', async () => {
  const target = createMemoryDisk();
  expect((await verify(target)).failure).toMatchObject({ kind: 'not-found' });
});

test('a ledger that is gone altogether is damage', async () => {
  const [source, target] = [sourceOf({ 'a.jsonl': 'a' }), createMemoryDisk()];
  await backup(source, target);
  target.remove(`${META}/ledger`);
  const { alarms, failure } = await verify(target, source);
  expect(failure).toBeNull();
  expect(alarms).toEqual(['the ledger does not reach as far as the last run recorded']);
});
