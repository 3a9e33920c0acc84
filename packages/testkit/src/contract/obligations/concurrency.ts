import { expect } from 'vitest';
import {
  at,
  bytesOf,
  chunked,
  kindOf,
  MiB,
  must,
  pattern,
  put,
  range,
  scanPaths,
  streamOf,
} from '../tools.js';
import type { Obligation } from '../world.js';

const LANES = [0, 1, 2, 3, 4, 5, 6, 7];

export const concurrencyObligations: readonly Obligation[] = [
  {
    name: 'eight readers and eight writers each get their own bytes',
    run: async ({ transport }) => {
      const contents = LANES.map((lane) => pattern(MiB + lane * 4099, lane + 1));
      await Promise.all(contents.map((content, lane) => put(transport, `read/${lane}`, content)));
      const readers = contents.map(async (content, lane) => {
        for (let times = 0; times < 3; times++) {
          expect(Buffer.compare(await bytesOf(transport, `read/${lane}`), content)).toBe(0);
        }
      });
      const writers = contents.map(async (content, lane) => {
        must(await transport.create(at(`made/${lane}`), chunked(content, 100_003), content.length));
        must(await transport.append(at(`made/${lane}`), content.length, streamOf('tail'), 4));
        const bytes = content.subarray(0, 1000);
        must(await transport.publish({ path: at(`small/${lane}`), temporary: at(`tmp/${lane}`), bytes }));
      });
      await Promise.all([...readers, ...writers]);
      for (const [lane, content] of contents.entries()) {
        const made = await bytesOf(transport, `made/${lane}`);
        expect(Buffer.compare(made.subarray(0, content.length), content)).toBe(0);
        expect(made.length).toBe(content.length + 4);
        expect(Buffer.compare(await bytesOf(transport, `small/${lane}`), content.subarray(0, 1000))).toBe(0);
      }
    },
  },
  {
    name: 'of eight that create one name, one does',
    run: async ({ transport }) => {
      const results = await Promise.all(
        LANES.map((lane) => transport.create(at('one/name'), streamOf(String(lane)), 1)),
      );
      expect(results.filter((result) => result.isOk())).toHaveLength(1);
      expect(results.filter((result) => kindOf(result) === 'exists')).toHaveLength(7);
      const winner = results.findIndex((result) => result.isOk());
      expect(Buffer.from(await bytesOf(transport, 'one/name')).toString()).toBe(String(winner));
    },
  },
  {
    name: 'eight that write into a new folder share it',
    run: async ({ transport }) => {
      await Promise.all(LANES.map((lane) => put(transport, `new/deep/folder/${lane}`, 'x')));
      expect(await scanPaths(transport, 'new/deep/folder')).toEqual(LANES.map(String));
    },
  },
  {
    name: 'several iterations over many ranges go on side by side',
    run: async ({ transport }) => {
      for (const lane of LANES) await put(transport, `file-${lane}`, `content ${lane}`);
      const ranges = LANES.map((lane) => range(`file-${lane}`, 8, 1));
      const answers = await Promise.all(
        LANES.map(async () => {
          let text = '';
          for await (const { chunks } of transport.read(ranges)) {
            for await (const chunk of chunks) text += Buffer.from(must(chunk)).toString();
          }
          return text;
        }),
      );
      expect(answers).toEqual(LANES.map(() => '01234567'));
    },
  },
];
