import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { freshFolder, HURRY, leftOut, startPod, TARGET, VARIETIES, type TestPod } from './pods.js';

async function open({ config }: TestPod): Promise<Transport> {
  const opened = await openKubernetesTransport({ config, ...TARGET, path: '~/root', patience: HURRY });
  return opened._unsafeUnwrap();
}

/** What a scan tells, in short. */
async function told(transport: Transport): Promise<string[]> {
  const entries: string[] = [];
  for await (const batch of transport.scan(at(''))) {
    for (const entry of batch._unsafeUnwrap()) {
      const { kind, path } = entry;
      if (kind === 'file') entries.push(`${kind} ${path} ${entry.size}`);
      else entries.push(`${kind} ${path} ${kind === 'refused' ? entry.reason : entry.error.kind}`);
    }
  }
  return entries.sort();
}

describe.each(VARIETIES)('a folder that cannot be read, with $name', ({ options, obstacle }) => {
  it.skipIf(leftOut(obstacle))('is told of, whatever its name is, and the rest goes on', async () => {
    await using pod = await startPod(options);
    const root = freshFolder(pod.home, 'root');
    const names = ['closed', 'new\nline', 'a: Odd error\nfind: b', '$(touch pwned)', "it's"];
    for (const name of names) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'file'), 'x');
      chmodSync(join(root, name), 0);
    }
    writeFileSync(join(root, 'open'), 'open');
    const transport = await open(pod);
    expect(await told(transport)).toEqual(
      [...names.map((name) => `unreadable ${name} denied`), 'file open 4'].sort(),
    );
    await transport.close();
    for (const name of names) chmodSync(join(root, name), 0o700);
  });
});

describe('a listing that is forged', () => {
  it('has no path twice', async () => {
    // A `find` that tells lies.
    const record = (name: string, size: number): string =>
      `./${name}//81a4 ${size} 1 2 1700000000 2023-11-14 22:13:20.000000000 +0000\\n`;
    const listing = [record('a', 3), record('b', 4), record('a', 5), record('a', 3), record('../c', 1)].join(
      '',
    );
    const find = `case "$*" in *-prune*) exec /usr/bin/find "$@" ;; esac; printf '${listing}'`;
    await using pod = await startPod({ userland: { kind: 'machine', instead: { find } } });
    freshFolder(pod.home, 'root');
    const transport = await open(pod);
    expect(await told(transport)).toEqual([
      'file a 3',
      'file b 4',
      'refused ../c name-unsafe',
      'refused a (listed again) name-unsafe',
      'refused a (listed again) name-unsafe',
    ]);
    await transport.close();
  });
});
