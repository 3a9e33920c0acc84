import { expect } from 'vitest';
import type { FileStat, Transport } from '@sessionkeep/core';
import { at, kindOf, must, put, scanAll, streamOf } from '../tools.js';
import type { Obligation } from '../world.js';

const SECOND = 1_000_000_000n;
/** What clients may lose on the way to the medium: Node hands times over as doubles of seconds. */
const SLACK = 1_000n;

/** Whole even seconds, which every file system can hold. */
const WHOLE = [1_000_000_000n, 1_577_836_800n, 1_790_000_000n, 4_000_000_000n].map((time) => time * SECOND);
const ODD = [1_600_000_001_123_456_789n, 1_712_345_679_999_999_999n, 1_750_000_001_000_000_001n];

async function stepOf(transport: Transport): Promise<bigint> {
  return must(await transport.probe(at(''), 'write')).timeStep;
}

/** The answer must be what stat and scan say, and as near to what was asked as the medium can. */
async function expectTime(transport: Transport, stat: FileStat, wanted: bigint, step: bigint): Promise<void> {
  const off = stat.mtime > wanted ? stat.mtime - wanted : wanted - stat.mtime;
  expect(off < step + SLACK, `${stat.mtime} is ${off} ns from ${wanted}`).toBe(true);
  if (WHOLE.includes(wanted)) expect(stat.mtime).toBe(wanted);
  expect(must(await transport.stat(at('folder/file')))).toEqual(stat);
  const [entry] = await scanAll(transport, 'folder');
  expect(entry).toMatchObject({ kind: 'file', mtime: stat.mtime });
}

export const timeObligations: readonly Obligation[] = [
  {
    name: 'create, publish and append leave the time they are given',
    run: async ({ transport }) => {
      const step = await stepOf(transport);
      const path = at('folder/file');
      for (const mtime of [...WHOLE, ...ODD]) {
        const created = must(await transport.create(path, streamOf('one'), 3, { mtime }));
        await expectTime(transport, created, mtime, step);
        const later = mtime - 10n * SECOND;
        const appended = must(await transport.append(path, 3, streamOf('two'), 3, { mtime: later }));
        await expectTime(transport, appended, later, step);
        must(await transport.remove(path));
        const bytes = new Uint8Array(3);
        const published = must(await transport.publish({ path, temporary: at('t'), bytes, mtime }));
        await expectTime(transport, published, mtime, step);
        must(await transport.remove(path));
      }
    },
  },
  {
    name: 'setModifiedTime sets it and leaves the bytes',
    run: async ({ transport }) => {
      const step = await stepOf(transport);
      const { size, identity } = await put(transport, 'folder/file', 'content');
      for (const mtime of [...WHOLE, ...ODD]) {
        const stat = must(await transport.setModifiedTime(at('folder/file'), mtime));
        await expectTime(transport, stat, mtime, step);
        expect(stat).toMatchObject({ size, identity });
      }
    },
  },
  {
    name: 'setModifiedTime of a missing file is not-found',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'x');
      expect(kindOf(await transport.setModifiedTime(at('folder/none'), SECOND))).toBe('not-found');
      expect(kindOf(await transport.setModifiedTime(at('none/none'), SECOND))).toBe('not-found');
    },
  },
  {
    name: 'an append without a time moves it forward from a past one',
    run: async ({ transport }) => {
      const mtime = 1_600_000_000n * SECOND;
      must(await transport.create(at('log'), streamOf('x'), 1, { mtime }));
      expect(must(await transport.append(at('log'), 1, streamOf('y'), 1)).mtime > mtime).toBe(true);
    },
  },
];
