import { expect, test } from 'vitest';
import { nearestPath } from './nearest-path.js';

const ID = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';
const paths = [
  `${ID}.jsonl`,
  `${ID}/subagents/agent-1.jsonl`,
  `${ID}/subagents/agent-22.jsonl`,
  'memory/MEMORY.md',
];

test.each([
  [`${ID}.json`, `${ID}.jsonl`],
  [`${ID.replace('3f', 'f3')}.jsonl`, `${ID}.jsonl`],
  [`${ID}/subagents/agent-23.jsonl`, `${ID}/subagents/agent-22.jsonl`],
  [`${ID}/subagent/agent-1.jsonl`, `${ID}/subagents`],
  ['memory/memory.md', 'memory/MEMORY.md'],
  ['quite/other', null],
  [`${ID}/subagents`, null],
])('%s', (wanted, meant) => {
  expect(nearestPath(wanted, paths)).toBe(meant);
});

test('among very many it looks at those that begin or end alike', () => {
  const many = Array.from({ length: 50_000 }, (_, at) => `${at.toString(16).padStart(8, '0')}-file.jsonl`);
  expect(nearestPath('0000c34-file.jsonl', many)).toMatch(/^0000/);
});

test('what cannot be printed is compared as it is shown', () => {
  expect(nearestPath(String.raw`a\x1bc`, ['a\u001bb'])).toBe('a\u001bb');
});
