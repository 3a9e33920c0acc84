import { keepError, ROOT, type Finding, type Transport } from '@sessionkeep/core';
import { createMemoryDisk, withFaults, wrapTransport, type MemoryDisk } from '@sessionkeep/testkit';
import { ok } from 'neverthrow';
import { expect, test } from 'vitest';
import { examineFolder, type ExamineOptions } from './examine-folder.js';

const HOUR = 3_600_000_000_000n;
const refused = keepError('denied', 'test', 'no', { hint: 'ask for it' });

async function examine(
  transport: Transport,
  disk: MemoryDisk,
  options: Partial<ExamineOptions> = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const now = (): bigint => disk.clock;
  for await (const finding of examineFolder(transport, { now, mode: 'write', ...options }))
    findings.push(finding);
  return findings;
}

const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ step, outcome }) => `${step}: ${outcome}`);
const paths = (disk: MemoryDisk): string[] => [...disk.files().keys()];

function newDisk(options: Parameters<typeof createMemoryDisk>[0] = {}): MemoryDisk {
  const disk = createMemoryDisk(options);
  disk.write('source-mac/log', 'x');
  return disk;
}

test('tries every step, and leaves nothing behind', async () => {
  const disk = newDisk();
  const findings = await examine(disk.transport(), disk);
  expect(told(findings)).toEqual(
    ['folder', 'write', 'clock', 'read', 'time', 'rename', 'names', 'delete'].map((step) => `${step}: fine`),
  );
  expect(paths(disk)).toEqual(['source-mac/log']);
  expect(await disk.transport().list(ROOT)).toEqual(ok([{ name: 'source-mac', kind: 'folder' }]));
});

test('only looks where that is asked', async () => {
  const disk = newDisk();
  const before = disk.clock;
  expect(told(await examine(disk.transport(), disk, { mode: 'look' }))).toEqual(['folder: fine']);
  expect(disk.clock).toBe(before);
});

test.each([
  ['create', 'write', ['folder', 'write']],
  ['read', 'read', null],
  ['setModifiedTime', 'time', null],
  ['rename', 'rename', null],
  ['probe', 'names', null],
] as const)(
  '%s that is refused fails its step with what to do, and the probe is taken away',
  async (operation, step, all) => {
    const disk = newDisk();
    const findings = await examine(
      withFaults(disk.transport(), { at: 1, only: [operation], fault: { kind: 'fail', error: refused } }),
      disk,
    );
    const failed = findings.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toEqual([{ step, outcome: 'failed', says: 'no', hint: 'ask for it' }]);
    if (all !== null) expect(findings.map((one) => one.step)).toEqual(all);
    expect(paths(disk)).toEqual(['source-mac/log']);
  },
);

test('who stops listening after any step leaves nothing behind either', async () => {
  const { length } = await examine(newDisk().transport(), newDisk());
  for (let listened = 1; listened < length; listened++) {
    const disk = newDisk();
    let heard = 0;
    for await (const _ of examineFolder(disk.transport(), { now: () => disk.clock, mode: 'write' }))
      if (++heard === listened) break;
    expect([listened, paths(disk)]).toEqual([listened, ['source-mac/log']]);
  }
});

test('other bytes that come back, and a rename that replaces, are found', async () => {
  const disk = newDisk();
  const lying = wrapTransport(disk.transport(), (call, run) => {
    // A server that takes what is there away first.
    if (call.operation === 'rename' && disk.files().has(call.paths[1] ?? ''))
      disk.remove(call.paths[1] ?? '');
    return run();
  });
  expect(told(await examine(lying, disk))).toContain('rename: failed');
  const forgetful = wrapTransport(disk.transport(), async (call, run) => {
    const answer = await run();
    if (call.operation === 'create') disk.write(call.paths[0] ?? '', 'o'.repeat(100_000));
    return answer;
  });
  expect(told(await examine(forgetful, disk))).toContain('read: failed');
  expect(paths(disk)).toEqual(['source-mac/log']);
});

test('clocks that are apart are odd from five minutes on', async () => {
  const disk = newDisk();
  for (const [off, outcome, says] of [
    [-HOUR, 'odd', '3600 s ahead of'],
    [HOUR, 'odd', '3600 s behind'],
    [10_000_000_000n, 'fine', '10 s behind'],
  ] as const) {
    const clock = (await examine(disk.transport(), disk, { now: () => disk.clock + off })).find(
      ({ step }) => step === 'clock',
    );
    expect([clock?.outcome, clock?.says]).toEqual([outcome, expect.stringContaining(says)]);
  }
});

test('what a medium makes of names and times is said', async () => {
  const share = newDisk({ rules: { foldsCase: true, maps: true, timeStep: 100n, maxNameBytes: 120 } });
  const findings = await examine(share.transport(), share);
  const says = (step: string): string => findings.find((one) => one.step === step)?.says ?? '';
  expect(says('time')).toBe('in steps of 100 ns');
  expect(says('names')).toBe(
    '"a" and "A" are one file; what it cannot hold is stored under other names; both Unicode forms are one name; up to 120 bytes',
  );
});
