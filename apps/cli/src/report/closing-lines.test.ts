import { expect, test } from 'vitest';
import { stringScreen } from '../../test/helpers/string-screen.js';
import { closingLines } from './closing-lines.js';

test('one line where there is room, and none longer than the terminal', () => {
  expect(closingLines(0, 'All of it is kept.', 1234, stringScreen())).toEqual(['All of it is kept. (1.2 s)']);
  const sentence = 'Damage was found: see above. A backup mends what the source still has.';
  expect(closingLines(4, sentence, 61_000, stringScreen({ columns: 40 }))).toEqual([
    'Damage was found: see above. A backup',
    'mends what the source still has. (1:01)',
  ]);
  expect(closingLines(0, 'x'.repeat(36), 1234, stringScreen({ columns: 40 }))).toEqual([
    'x'.repeat(36),
    '(1.2 s)',
  ]);
});

test.each([
  [0, '\x1b[32m'],
  [3, '\x1b[33m'],
  [130, '\x1b[33m'],
  [4, '\x1b[31m'],
  [6, '\x1b[31m'],
] as const)('exit code %i has its colour', (code, colour) => {
  const [line] = closingLines(code, 'Done.', 1234, stringScreen({ colours: true }));
  expect(line).toBe(`${colour}Done.\x1b[39m \x1b[2m(1.2 s)\x1b[22m`);
});
