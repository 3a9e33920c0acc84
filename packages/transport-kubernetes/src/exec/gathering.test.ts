import { expect, it } from 'vitest';
import { Gathering } from './gathering.js';

const MiB = 1024 * 1024;

it('gives every byte once, in order and in large pieces', () => {
  const gathering = new Gathering();
  const frames = Array.from({ length: 300 }, (_, index) => Buffer.alloc(4000 + index, index % 251));
  for (const frame of frames) gathering.add(frame);
  const whole = Buffer.concat(frames);
  expect(gathering.length).toBe(whole.length);
  const taken: Buffer[] = [];
  for (let next = gathering.take(); next !== null; next = gathering.take()) taken.push(Buffer.from(next));
  expect(Buffer.concat(taken).equals(whole)).toBe(true);
  expect(taken.length).toBeLessThanOrEqual(10);
  expect(gathering.length).toBe(0);
});

it('leaves what was taken alone until the next is wanted, and then uses its place again', () => {
  const gathering = new Gathering();
  gathering.add(Buffer.from('one'));
  const first = gathering.take();
  gathering.add(Buffer.from('two'));
  expect(first?.toString()).toBe('one');
  const second = gathering.take();
  expect(second?.toString()).toBe('two');
  gathering.add(Buffer.alloc(MiB, 'x'));
  const places = new Set([first?.buffer, second?.buffer]);
  let again = 0;
  for (let next = gathering.take(); next !== null; next = gathering.take())
    again += Number(places.has(next.buffer));
  expect(again).toBeGreaterThan(0);
});
