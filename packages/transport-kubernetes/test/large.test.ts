import { chmodSync, closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KeepError } from '@sessionkeep/core';
import { at, collect, nodeSha256, streamOf } from '@sessionkeep/testkit';
import type { Result } from 'neverthrow';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { freshFolder, HURRY, leftOut, startPod, TARGET, VARIETIES } from './pods.js';

const SIX_GIB = 6 * 1024 ** 3;

describe.each(VARIETIES.filter(({ name }) => name.endsWith('v5')))(
  'a file of 6 GiB with $name',
  ({ options, obstacle }) => {
    it.skipIf(leftOut(obstacle))('is known, read and digested beyond 4 GiB, and added to', async () => {
      await using pod = await startPod(options);
      const file = join(freshFolder(pod.home, 'root'), 'large');
      const handle = openSync(file, 'w');
      writeSync(handle, 'the end', SIX_GIB - 7);
      closeSync(handle);
      chmodSync(file, 0o666);
      const opened = await openKubernetesTransport({
        config: pod.config,
        ...TARGET,
        path: '~/root',
        patience: HURRY,
      });
      const transport = opened._unsafeUnwrap();
      const end = { path: at('large'), offset: SIX_GIB - 7, length: 7 };
      const read = async (range = end): Promise<Result<Uint8Array, KeepError>[]> => {
        const got: Result<Uint8Array, KeepError>[] = [];
        for await (const { chunks } of transport.read([range])) got.push(await collect(chunks));
        return got;
      };
      expect((await transport.stat(at('large')))._unsafeUnwrap().size).toBe(SIX_GIB);
      expect(Buffer.from((await read())[0]?._unsafeUnwrap() ?? []).toString()).toBe('the end');
      for await (const one of transport.digest([end]))
        expect(one._unsafeUnwrap().sha256).toBe(nodeSha256.of('the end'));
      expect((await read({ ...end, length: 8 }))[0]?._unsafeUnwrapErr().kind).toBe('short');
      const appended = await transport.append(at('large'), SIX_GIB - 3, streamOf('END.'), 4);
      expect(appended._unsafeUnwrap().size).toBe(SIX_GIB + 1);
      truncateSync(file, 0);
      await transport.close();
    });
  },
);
