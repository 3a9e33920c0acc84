import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('lets no more than so many have a turn, in the order they came', async () => {
  const turns = new Turns(2);
  const came: string[] = [];
  const take = async (name: string): Promise<void> => {
    await turns.take();
    came.push(name);
  };
  const all = ['a', 'b', 'c', 'd'].map(take);
  await Promise.all(all.slice(0, 2));
  expect(came).toEqual(['a', 'b']);
  turns.giveBack();
  await all[2];
  expect(came).toEqual(['a', 'b', 'c']);
  turns.giveBack();
  turns.giveBack();
  await Promise.all(all);
  turns.giveBack();
  await take('e');
  expect(came).toEqual(['a', 'b', 'c', 'd', 'e']);
});
