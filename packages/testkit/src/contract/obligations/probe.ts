import { expect } from 'vitest';
import { at, kindOf, must, put, scanAll } from '../tools.js';
import type { Obligation } from '../world.js';

export const probeObligations: readonly Obligation[] = [
  {
    name: 'by writing leaves no file behind, in a folder that is there or not',
    run: async ({ transport }) => {
      await put(transport, 'folder/File.jsonl', 'x');
      const before = await scanAll(transport);
      must(await transport.probe(at('folder'), 'write'));
      must(await transport.probe(at('not/yet/there'), 'write'));
      expect(await scanAll(transport)).toEqual(before);
    },
  },
  {
    name: 'by looking changes nothing, and needs no folder to look at',
    run: async ({ transport }) => {
      await put(transport, 'folder/File.jsonl', 'x');
      const before = must(await transport.stat(at('folder')));
      must(await transport.probe(at('folder'), 'look'));
      must(await transport.probe(at('not/yet/there'), 'look'));
      expect(must(await transport.stat(at('folder')))).toEqual(before);
      expect(kindOf(await transport.stat(at('not')))).toBe('not-found');
    },
  },
  {
    name: 'finds the same names by looking at a mixed one as by writing',
    run: async ({ transport }) => {
      await put(transport, 'folder/Caf\u00e9.jsonl', 'x');
      const { foldsCase, normalizes } = must(await transport.probe(at('folder'), 'write'));
      expect(must(await transport.probe(at('folder'), 'look'))).toMatchObject({ foldsCase, normalizes });
    },
  },
  {
    name: 'gives a step that the times it stores are multiples of',
    run: async ({ transport }) => {
      const { timeStep } = must(await transport.probe(at('folder'), 'write'));
      const stat = await put(transport, 'folder/file', 'x');
      const set = must(await transport.setModifiedTime(at('folder/file'), 1_600_000_001_123_456_789n));
      expect(timeStep > 0n).toBe(true);
      expect([stat.mtime % timeStep, set.mtime % timeStep]).toEqual([0n, 0n]);
    },
  },
];
