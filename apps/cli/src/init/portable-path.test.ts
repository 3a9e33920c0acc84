import { resolvePath } from '@sessionkeep/runner/program';
import fc from 'fast-check';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { portablePath } from './portable-path.js';

const home = '/home/anna';

test.each([
  ['/home/anna/.claude/projects', undefined, '~/.claude/projects'],
  ['/home/anna', undefined, '~'],
  ['/home/annabel/x', undefined, '/home/annabel/x'],
  ['/home/anna/..x', undefined, '~/..x'],
  ['/mnt/nas', undefined, '/mnt/nas'],
  ['/home/anna/work/kept', '/home/anna/work', './kept'],
  ['/home/anna/work', '/home/anna/work', '.'],
  ['/home/anna/kept', '/home/anna/work', '~/kept'],
  ['/home/anna/kept', '/home/anna', '~/kept'],
  ['/mnt/nas', '/', '/mnt/nas'],
])('%s, from %s, is %s', (path, folder, shown) => {
  expect(portablePath(path, { home, ...(folder !== undefined && { folder }) })).toBe(shown);
});

test('whatever it is written as, it is read as the same path', () => {
  const segment = fc.constantFrom('a', '~', '..', '.', 'b c', '-', '~a', 'ü', '\\', '~\\x');
  const path = fc.array(segment, { maxLength: 5 }).map((parts) => resolve('/', ...parts));
  fc.assert(
    fc.property(path, path, path, (wanted, folder, base) => {
      const written = portablePath(wanted, { home: base, folder });
      expect(resolvePath(written, folder, base)).toBe(wanted);
    }),
  );
});
