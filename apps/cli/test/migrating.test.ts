import { execFileSync } from 'node:child_process';
import { appendFileSync, lstatSync, mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { need, noProgram } from './helpers/needs.js';
import { LOG, PodMachine } from './helpers/pods.js';
import {
  atSource,
  CUT,
  FLAGS,
  GONE,
  GROWN,
  REWRITTEN,
  rsyncArchive,
  runScript,
  SOURCES,
  SUBAGENTS,
  TEMPORARY,
  UNDATED,
  type RsyncArchive,
} from './helpers/rsync-archive.js';
import { Machine } from './helpers/run-built.js';
import { logLine } from './helpers/sessions.js';
import { ShareMachine, useSamba } from './helpers/shares.js';
import { contentsOf } from './helpers/tree.js';

beforeEach((context) => need(context, noProgram('rsync')));

/** What adoption must leave as it is: which file it is, and its times. */
function identitiesOf(folder: string, paths: readonly string[]): Record<string, string> {
  const identity = (path: string): string => {
    const { ino, mtimeNs } = lstatSync(join(folder, path), { bigint: true });
    return `${ino.toString()} ${mtimeNs.toString()}`;
  };
  return Object.fromEntries(paths.map((path) => [path, identity(path)]));
}

/** The paths that a plan has steps for, with what it would do and why. */
async function plannedOf(here: Machine): Promise<{ summary: object; steps: Record<string, string> }> {
  const { code, events, summary } = await here.run(['plan', '--json']);
  expect(code).toBe(0);
  const steps = events.filter(({ type }) => type === 'step');
  return {
    summary,
    steps: Object.fromEntries(
      steps.map(({ repo, path, step, reason, bytes }) => [
        `repo-${String(repo)}/${String(path)}`,
        `${String(step)} ${String(reason)} ${bytes === 0 ? 'nothing to move' : 'moves'}`,
      ]),
    ),
  };
}

/** Plans, backs up and verifies, and holds what becomes of each file against what the script had left. */
async function adopts(here: Machine, folder: string, archive: RsyncArchive): Promise<void> {
  const kept = join(folder, 'source-mac-local');
  const asItLies = [...archive.equal, ...archive.noise];
  expect(archive.noise.length).toBeGreaterThan(1);
  const identities = identitiesOf(kept, asItLies);

  const { summary, steps } = await plannedOf(here);
  const counts = { copied: 3, superseded: 1, adopted: archive.equal.length + 3, retained: 2, damaged: 0 };
  expect(summary).toMatchObject({ ...counts, bytesMoved: archive.lacks });
  expect(steps).toEqual({
    ...Object.fromEntries(archive.equal.map((path) => [path, 'adopted already-there nothing to move'])),
    [UNDATED]: 'adopted already-there nothing to move',
    [CUT]: 'adopted partly-there moves',
    [GROWN]: 'adopted partly-there moves',
    [REWRITTEN]: 'superseded other-file-there moves',
    ...Object.fromEntries(SUBAGENTS.map((path) => [path, 'copied new moves'])),
    [GONE]: 'retained deleted-at-source nothing to move',
    [TEMPORARY]: 'retained deleted-at-source nothing to move',
  });
  expect(contentsOf(kept)).toEqual(archive.before);

  const backup = await here.run(['backup', '--json']);
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  expect(backup.summary).toMatchObject({ ...counts, bytesMoved: archive.lacks, alarms: [] });
  const verified = await here.run(['verify', '--deep', '--json']);
  expect([verified.code, verified.summary]).toMatchObject([
    0,
    { matching: archive.equal.length + 7, retained: 2, corrupt: 0, missing: 0 },
  ]);

  expect(identitiesOf(kept, asItLies)).toEqual(identities);
  expect(Object.keys(contentsOf(kept))).toEqual([...Object.keys(archive.before), ...SUBAGENTS].sort());
  const versions = contentsOf(join(folder, '.sessionkeep', 'source-mac-local', 'repo-home', 'versions'));
  expect(Object.values(versions)).toEqual([archive.before[REWRITTEN]]);

  const again = await here.run(['backup', '--json']);
  expect([again.code, again.summary]).toMatchObject([0, { unchanged: counts.adopted + 4, bytesMoved: 0 }]);
}

describe('an archive that a script around rsync made', () => {
  const onDisk = async (): Promise<{ here: Machine; folder: string; archive: RsyncArchive }> => {
    const here = new Machine();
    const folder = join(here.cwd, 'claude-sessions');
    const target = 'targets:\n  nas: { type: local, path: ./claude-sessions }\n';
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), SOURCES + target);
    return { here, folder, archive: await rsyncArchive(here.projects, folder, FLAGS.disk) };
  };

  test('on a disk: what is equal is adopted as it lies, and only what it lacks is moved', async () => {
    const { here, folder, archive } = await onDisk();
    await adopts(here, folder, archive);
  });

  test('people are told what will be adopted, and why', async () => {
    const { here, archive } = await onDisk();
    const { code, stdout } = await here.run(['plan']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}adopt \d+ files: was in the archive already, byte for byte$/m);
    expect(stdout).toMatch(/^ {2}adopt 2 files, [\d.]+ KB: its beginning was in the archive already$/m);
    expect(stdout).toMatch(/^ {2}copy 3 files, [\d.]+ KB: new$/m);
    expect(stdout).toMatch(/^ {2}keep 2 files: deleted at the source; stays in the archive$/m);
    expect(archive.equal.length).toBeGreaterThan(40);
  });

  test('the way back: the script finds nothing to copy, and a backup behind it nothing to mend', async () => {
    const { here, folder } = await onDisk();
    expect((await here.run(['backup'])).code).toBe(0);
    const itemized = (): string[] =>
      runScript(here.projects, folder, [...FLAGS.disk, '--itemize-changes'])
        .split('\n')
        .filter((line) => line.startsWith('>f'));
    expect(itemized()).toEqual([]);

    appendFileSync(atSource(here.projects, GROWN), logLine('/Users/anna/code/home', 'by the script'));
    expect(itemized()).toHaveLength(1);
    const after = await here.run(['backup', '--json']);
    expect([after.code, after.summary]).toMatchObject([0, { bytesMoved: 0, alarms: [] }]);
    expect((await here.run(['verify', '--deep'])).code).toBe(0);
  });

  test('both at once: a rewrite that the script copies first takes kept bytes with it, which is damage', async () => {
    const { here, folder } = await onDisk();
    expect((await here.run(['backup'])).code).toBe(0);
    writeFileSync(atSource(here.projects, CUT), logLine('/Users/anna/code/home', 'begun anew'));
    runScript(here.projects, folder, FLAGS.disk);
    const { code, summary } = await here.run(['backup', '--json']);
    expect([code, summary['alarms']]).toEqual([4, [expect.stringContaining('lost')]]);
    expect((await here.run(['backup'])).code).toBe(0);
  });
});

describe('on a share', () => {
  const samba = useSamba();

  test('what rsync wrote through a mount is adopted over SMB', async () => {
    const here = new ShareMachine(samba());
    writeFileSync(
      join(here.cwd, 'sessionkeep.yaml'),
      `${SOURCES}targets:\n  nas: { type: smb, url: '${here.url}' }\n`,
    );
    const archive = await rsyncArchive(here.projects, here.kept, FLAGS.share);
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', samba().user, join(samba().folders.share)]);
    await adopts(here, here.kept, archive);
  });
});

test('what kubectl cp left of a pod, dated anew and cut short, is adopted and filled up', async () => {
  const here = await PodMachine.start();
  const [, log = ''] = LOG.split('/');
  const kept = join(here.cwd, 'claude-sessions', 'source-blue', 'repo-app');
  writeFileSync(here.inPod('web-1', '-srv-app', 'b.jsonl'), logLine('/srv/app', 'second').repeat(50));
  mkdirSync(kept, { recursive: true });
  execFileSync('rsync', ['-r', `${here.inPod('web-1', '-srv-app')}/`, `${kept}/`]);
  truncateSync(join(kept, 'b.jsonl'), 1234);
  here.config(
    'sources:\n  blue: { type: kubernetes, deployment: web, repos: { app: -srv-app } }\n' +
      'targets:\n  nas: { type: local, path: ./claude-sessions }\n',
  );
  const written = new Date('2026-06-01T12:00:00Z');
  utimesSync(here.inPod('web-1', '-srv-app', log), written, written);
  const lacks = lstatSync(here.inPod('web-1', '-srv-app', 'b.jsonl')).size - 1234;
  const { summary, steps } = await plannedOf(here);
  expect(summary).toMatchObject({ adopted: 2, copied: 0, bytesMoved: lacks });
  expect(steps).toEqual({
    [`repo-app/${log}`]: 'adopted already-there nothing to move',
    'repo-app/b.jsonl': 'adopted partly-there moves',
  });
  const backup = await here.run(['backup', '--json']);
  expect([backup.code, backup.summary]).toMatchObject([0, { adopted: 2, bytesMoved: lacks }]);
  expect((await here.run(['verify', '--deep'])).code).toBe(0);
  expect(contentsOf(kept)).toEqual(contentsOf(here.inPod('web-1', '-srv-app')));
  expect(lstatSync(join(kept, log)).mtime).toEqual(written);
});
