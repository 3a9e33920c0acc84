import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepFilter, type Repo, type Transport } from '@sessionkeep/core';
import { createMemoryDisk, nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import {
  backupSource,
  openArchive,
  restoreFiles,
  verifyRepo,
  withRetry,
  type Archive,
} from '@sessionkeep/transfer';
import { describe, expect, it } from 'vitest';
import { openKubernetesTransport } from '../src/index.js';
import { freshFolder, HURRY, leftOut, startPod, TARGET, VARIETIES, type TestPod } from './pods.js';

const REPO: Repo = { name: 'home', aliases: [], layout: 'flat', projects: ['-home'] };
const PLACE = { source: 'pod', repo: 'home' };
const ODD = ['new\nline.jsonl', '$(touch pwned).jsonl', '`id`\'".jsonl', '-rf.jsonl', 'a\\b.jsonl'];
const FILES = 120;

function put(pod: TestPod, path: string, content: string | Uint8Array): void {
  const file = join(pod.home, 'projects/-home', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
}

function fill(pod: TestPod): void {
  for (let index = 0; index < FILES; index++)
    put(pod, `d${index % 5}/s${index}.jsonl`, `${index}\n`.repeat(500 + index));
  for (const name of ODD) put(pod, name, name);
  put(pod, 'large.jsonl', Buffer.alloc(5_000_000, 'large\n'));
}

function textsBelow(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, nodeSha256.of(readFileSync(join(folder, path)))]));
}

async function open(pod: TestPod, path: string): Promise<Transport> {
  const opened = await openKubernetesTransport({ config: pod.config, ...TARGET, path, patience: HURRY });
  const wait = (attempt: number): Promise<void> => sleep(10 * 2 ** attempt);
  return withRetry(opened._unsafeUnwrap(), { attempts: 6, wait, sha256: nodeSha256 });
}

const archiveOf = async (disk: MemoryDisk): Promise<Archive> =>
  (await openArchive({ target: disk.transport(), sha256: nodeSha256, create: true }))._unsafeUnwrap();

describe.each(VARIETIES)('the engine on a pod with $name', ({ options, obstacle }) => {
  it.skipIf(leftOut(obstacle))('backs up, goes on, verifies deeply and restores into the pod', async () => {
    await using pod = await startPod(options);
    fill(pod);
    const source = await open(pod, '~/projects');
    const archive = await archiveOf(createMemoryDisk());
    const backup = async () =>
      (
        await backupSource({ source, archive, name: PLACE.source, origin: 'kubernetes:test', repos: [REPO] })
      )._unsafeUnwrap();
    expect(await backup()).toMatchObject({
      outcome: 'done',
      counts: { copied: FILES + ODD.length + 1, failed: 0 },
    });
    const before = pod.server.execs;
    expect(await backup()).toMatchObject({ outcome: 'done', bytesMoved: 0 });
    expect(pod.server.execs - before).toBeLessThanOrEqual(1);
    // Some grow, one is rewritten; in the middle of the next run all connections break.
    for (let index = 0; index < 20; index++)
      appendFileSync(join(pod.home, `projects/-home/d${index % 5}/s${index}.jsonl`), 'grown\n');
    put(pod, 'd0/s100.jsonl', 'rewritten');
    put(pod, 'second.jsonl', Buffer.alloc(8_000_000, 'second\n'));
    pod.server.misbehave({ kind: 'disconnect', after: 100_000 }, 2);
    pod.server.disconnect();
    expect(await backup()).toMatchObject({
      outcome: 'done',
      counts: { appended: 20, superseded: 1, copied: 1, failed: 0 },
    });
    const filter = keepFilter();
    const verified = await verifyRepo({ source, archive, place: PLACE, repo: REPO, filter, deep: true });
    const matching = FILES + ODD.length + 2;
    expect(verified).toMatchObject({ failure: null, counts: { matching, corrupt: 0, missing: 0 } });
    freshFolder(pod.home, 'restored');
    const into = await open(pod, '~/restored');
    const restored = await restoreFiles({ archive, places: [PLACE], into, run: 'restore', keepMtime: true });
    expect(restored).toMatchObject({ failure: null, alarms: [], interrupted: false });
    expect(textsBelow(join(pod.home, 'restored'))).toEqual(textsBelow(join(pod.home, 'projects')));
    const one = statSync(join(pod.home, 'restored/-home/large.jsonl'));
    expect([one.mode & 0o777, one.mtimeMs]).toEqual([0o600, 1_700_000_000_000]);
    expect(readdirSync(pod.home).sort()).toEqual(['projects', 'restored']);
    await Promise.all([source.close(), into.close()]);
  });
});

describe('a backup of a pod in which nothing has changed', () => {
  it('is one exec, from the opening of its transport on, however many files there are', async () => {
    await using pod = await startPod();
    fill(pod);
    for (let index = 0; index < 1500; index++)
      put(pod, `many/a-name-of-some-length-as-session-logs-have-them-${index}.jsonl`, `${index}`);
    const archive = await archiveOf(createMemoryDisk());
    const backup = async (): Promise<Awaited<ReturnType<typeof backupSource>>> => {
      const source = await open(pod, '~/projects');
      const done = await backupSource({
        source,
        archive,
        name: 'pod',
        origin: 'kubernetes:test',
        repos: [REPO],
      });
      await source.close();
      return done;
    };
    const all = FILES + ODD.length + 1 + 1500;
    expect((await backup())._unsafeUnwrap()).toMatchObject({ outcome: 'done', counts: { copied: all } });
    const [execs, requests] = [pod.server.execs, pod.server.requests.length];
    expect((await backup())._unsafeUnwrap()).toMatchObject({ outcome: 'done', bytesMoved: 0 });
    expect([pod.server.execs - execs, pod.server.requests.length - requests]).toEqual([1, 1]);
    // Logs that grew are digested where they lie, and their ends are read.
    for (let index = 0; index < 50; index++)
      appendFileSync(
        join(pod.home, `projects/-home/many/a-name-of-some-length-as-session-logs-have-them-${index}.jsonl`),
        'x',
      );
    const grown = pod.server.execs;
    expect((await backup())._unsafeUnwrap()).toMatchObject({
      outcome: 'done',
      counts: { appended: 50 },
      bytesMoved: 50,
    });
    expect(pod.server.execs - grown).toBeLessThanOrEqual(6);
  });
});
