import {
  chmodSync,
  lstatSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import {
  describeTransportContract,
  type ContractOptions,
  type Opened,
  type Outside,
} from '@sessionkeep/testkit/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { DEVIATIONS, DEVIATIONS_OF_BUSYBOX } from './deviations.js';
import { freshFolder, HURRY, leftOut, NOBODY, startPod, TARGET, VARIETIES, type TestPod } from './pods.js';

async function openTransport(pod: TestPod, path: string): Promise<Transport> {
  return (
    await openKubernetesTransport({ config: pod.config, ...TARGET, path, patience: HURRY })
  )._unsafeUnwrap();
}

let count = 0;

async function openIn(pod: TestPod): Promise<Opened> {
  const name = `place-${count++}`;
  const top = freshFolder(pod.home, name);
  const root = join(top, 'root');
  const path = `~/${name}/root`;
  return {
    transport: await openTransport(pod, path),
    reopen: () => openTransport(pod, path),
    outside: hooks(pod, name, root),
    cleanup: async () => {
      execFileSync('chmod', ['-R', 'u+rwX', top]);
      execFileSync('rm', ['-rf', top]);
    },
  };
}

function hooks(pod: TestPod, name: string, root: string): Outside {
  const own = (path: string): void => {
    if (process.getuid?.() === 0) lchownSync(path, NOBODY.uid, NOBODY.gid);
  };
  const folder = (path: string): void => {
    if (path.length <= join(pod.home, name).length) return;
    folder(dirname(path));
    mkdirSync(path, { recursive: true });
    own(path);
  };
  const at = (path: string): string => {
    folder(dirname(join(root, path)));
    return join(root, path);
  };
  const beside = freshFolder(pod.home, `${name}/outside`);
  const secret = join(beside, 'inside.jsonl');
  writeFileSync(secret, 'secret');
  const leadOut = async (path: string, target: string): Promise<() => Promise<boolean>> => {
    symlinkSync(target, at(path));
    return async () => {
      const { size, mtimeMs } = lstatSync(secret);
      return readdirSync(beside).length === 1 && size === 6 && mtimeMs > 1_700_000_000_000;
    };
  };
  return {
    link: async (path, text) => symlinkSync(text, at(path)),
    linkOut: (path) => leadOut(path, secret),
    linkFolderOut: (path) => leadOut(path, beside),
    pipe: async (path) => void execFileSync('mkfifo', [at(path)]),
    makeUnreadable: async (path) => chmodSync(at(path), 0),
    foreignName: async (path) => {
      writeFileSync(
        Buffer.concat([Buffer.from(`${dirname(at(`${path}/x`))}/`), Buffer.from([0x61, 0xff])]),
        'x',
      );
    },
    replace: async (path) => {
      writeFileSync(at(`${path}.fresh`), '!');
      own(at(`${path}.fresh`));
      renameSync(at(`${path}.fresh`), at(path));
    },
  };
}

/** Describes the contract in a userland, over each protocol. */
export function describeContract(userland: 'machine' | 'busybox'): void {
  const varieties = VARIETIES.filter(({ kind }) => kind === userland);
  describe.each(varieties)('a pod with $name', ({ name, options, obstacle }) => {
    if (leftOut(obstacle)) {
      describe.skip(`[NOT TESTED HERE: ${obstacle ?? ''}]`, () => undefined);
      return;
    }
    let pod: TestPod | null = null;
    beforeAll(async () => {
      pod = await startPod(options);
    });
    afterAll(async () => {
      await pod?.[Symbol.asyncDispose]();
    });
    const contract: ContractOptions = {
      open: () => {
        if (pod === null) throw new Error('the pod runs only while tests do');
        return openIn(pod);
      },
      deviations: userland === 'busybox' ? DEVIATIONS_OF_BUSYBOX : DEVIATIONS,
    };
    describeTransportContract(name, contract);
  });
}
