import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG, PodMachine, setPod, webPod } from './helpers/pods.js';
import { logLine, SESSION, writeFiles } from './helpers/sessions.js';
import { contentsOf, stateOf } from './helpers/tree.js';

const FROM = 'k8s://default/deployment/web/~/.claude/projects';
const CONFIG = `sources:
  blue: { type: kubernetes, deployment: web, repos: { app: -srv-app } }
targets:
  kept: { type: local, path: ./kept }
`;

test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const)(
  'a life over %s: kept, planned, looked at, verified, restored',
  async (protocol) => {
    const here = await PodMachine.start({ protocols: [protocol] });
    const log = here.inPod('web-1', LOG);
    here.config(CONFIG);
    const dry = await here.run(['backup', '--dry-run', '--json']);
    expect([dry.code, dry.stderr, dry.summary['copied'], existsSync(join(here.cwd, 'kept'))]).toEqual([
      0,
      '',
      1,
      false,
    ]);
    const first = await here.run(['backup', '--json']);
    expect([first.code, first.stderr, first.summary['copied']]).toEqual([0, '', 1]);
    const kept = join(here.cwd, 'kept', 'source-blue', 'repo-app', `${SESSION}.jsonl`);
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(log, 'utf8'));

    appendFileSync(log, logLine('/srv/app', 'more'));
    const status = await here.run(['status']);
    expect(status.stdout).toMatch(/^blue: \d+ B unsaved in 1 file/m);
    const planned = await here.run(['plan', '--out', 'p.plan', '--json']);
    expect([planned.code, planned.summary['appended']]).toEqual([0, 1]);
    const done = await here.run(['backup', '--plan', 'p.plan', '--json']);
    expect([done.code, done.stderr, done.summary['appended']]).toEqual([0, '', 1]);
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(log, 'utf8'));

    const before = here.server.execs;
    const again = await here.run(['backup', '--json']);
    expect([again.code, again.summary]).toMatchObject([0, { unchanged: 1, bytesMoved: 0 }]);
    expect(here.server.execs - before).toBeLessThanOrEqual(2);

    const runs = (await here.run(['log', '--json'])).events.filter(({ type }) => type === 'run');
    expect(runs.map(({ instance }) => instance)).toEqual(runs.map(() => 'pod web-1 (uid-of-web-1)'));
    expect((await here.run(['log', '--long'])).stdout).toContain('from pod web-1 (uid-of-web-1)');
    expect(here.server.running()).toBe(0);
  },
);

test('verify digests in the pod: next to nothing leaves it', async () => {
  const here = await PodMachine.start();
  const big = { '-srv-app/big.jsonl': logLine('/srv/app', 'x'.repeat(1000)).repeat(3000) };
  writeFiles(here.inPod(), big);
  here.config(CONFIG);
  expect((await here.run(['backup', '--json'])).code).toBe(0);
  const before = here.server.bytesOut;
  const verified = await here.run(['verify', '--json']);
  expect([verified.code, verified.summary]).toMatchObject([0, { matching: 2, sourceRead: true }]);
  expect(here.server.bytesOut - before).toBeLessThan(10_000);
  appendFileSync(here.inPod('web-1', '-srv-app/big.jsonl'), logLine('/srv/app', 'more'));
  const grown = here.server.bytesOut;
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({ appended: 1, unchanged: 1 });
  expect(here.server.bytesOut - grown).toBeLessThan(10_000);
});

test.each([
  ['on', 0, 0.5],
  ['off', 1, 2],
] as const)('compress: %s is heeded', async (compress, least, most) => {
  const here = await PodMachine.start();
  const text = logLine('/srv/app', 'x'.repeat(1000)).repeat(1000);
  writeFiles(here.inPod(), { '-srv-app/big.jsonl': text });
  here.config(CONFIG.replace('repos:', `compress: ${compress}, repos:`));
  const ran = await here.run(['backup', '--json']);
  expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 2]);
  expect(here.server.bytesOut / text.length).toBeGreaterThan(least);
  expect(here.server.bytesOut / text.length).toBeLessThan(most);
});

test('needs no configuration: --from names a pod, its workload or labels', async () => {
  const here = await PodMachine.start({ pods: [webPod('web-1', { containers: ['main', 'sidecar'] })] });
  const urls = ['deployment/web', 'pod/web-1', 'selector/app=web'].map(
    (owner) => `k8s://default/${owner}/~/.claude/projects?container=main`,
  );
  const absolute = `k8s://default/pod/web-1${here.inPod()}?container=main`;
  for (const [at, from] of [...urls, absolute, urls[0]!.replace('//default/', '///')].entries()) {
    const args = ['--from', from, '--source', `pod-${at.toString()}`, '--to', 'kept', '--json'];
    const ran = await here.run(['backup', ...args]);
    expect([from, ran.code, ran.stderr, ran.summary['copied']]).toEqual([from, 0, '', 1]);
    const status = await here.run(['status', ...args]);
    expect([from, status.summary['sources']]).toMatchObject([from, [{ unsaved: { files: 0 } }]]);
  }
  // Which context and which way there does not matter: the same source is known again.
  const other = await here.run(['backup', '--from', urls[0]!, '--source', 'pod-4', '--to', 'kept', '--json']);
  expect([other.code, other.summary['unchanged']]).toEqual([0, 1]);
  const elsewhere = ['--from', urls[1]!, '--source', 'pod-0', '--to', 'kept', '--json'];
  const foreign = await here.run(['backup', ...elsewhere]);
  expect([foreign.code, foreign.stderr]).toMatchObject([
    2,
    expect.stringContaining('belongs to something else'),
  ]);
});

describe('which sources are meant', () => {
  const config = `sources:
  laptop: { type: local, path: ~/.claude/projects, repos: auto }
  blue: { type: kubernetes, deployment: web, repos: auto }
  k8s: { type: local, path: ~/other/projects, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`;
  async function sourcesOf(here: PodMachine, ...args: string[]): Promise<unknown[]> {
    const ran = await here.run(['backup', '--dry-run', '--json', ...args]);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    return (ran.summary['repos'] as { source: string }[]).map(({ source }) => source);
  }

  test('by type, under old and new names; a name comes first', async () => {
    const here = await PodMachine.start();
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    writeFiles(join(here.home, 'other/projects'), { '-b/x.jsonl': logLine('/b') });
    here.config(config);
    expect(await sourcesOf(here)).toEqual(['blue', 'k8s', 'laptop']);
    expect(await sourcesOf(here, '--source', 'all')).toEqual(['blue', 'k8s', 'laptop']);
    expect(await sourcesOf(here, '--source', 'kubernetes')).toEqual(['blue']);
    expect(await sourcesOf(here, '--source', 'mac')).toEqual(['k8s', 'laptop']);
    expect(await sourcesOf(here, '--source', 'local')).toEqual(['k8s', 'laptop']);
    expect(await sourcesOf(here, '--source', 'k8s')).toEqual(['k8s']);
    here.config(config.replace('  k8s:', '  old:'));
    expect(await sourcesOf(here, '--source', 'k8s')).toEqual(['blue']);
    expect((await here.run(['backup', '--json'])).code).toBe(0);
    const listed = await here.run(['ls', '--source', 'k8s', '--json']);
    expect([...new Set(listed.events.flatMap(({ source }) => source ?? []))]).toEqual(['blue']);
  });
});

describe('each pod as a source of its own', () => {
  const config = `sources:
  db: { type: kubernetes, statefulSet: pg, pods: each, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`;
  const set = { kind: 'StatefulSet', name: 'pg', matchLabels: { app: 'pg' } } as const;
  const start = (): Promise<PodMachine> =>
    PodMachine.start({ pods: [setPod('pg', 0), setPod('pg', 1)], workloads: [set] });

  test('is called after its number, chosen by it, and what went is told of', async () => {
    const here = await start();
    here.config(config);
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect((ran.summary['repos'] as { source: string }[]).map(({ source }) => source)).toEqual([
      'db-0',
      'db-1',
    ]);
    expect(existsSync(join(here.cwd, 'kept/source-db-1/repo-app'))).toBe(true);
    const one = await here.run(['backup', '--source', 'db-1', '--json']);
    expect((one.summary['repos'] as { source: string }[]).map(({ source }) => source)).toEqual(['db-1']);
    const gone = await here.run(['backup', '--source', 'db-7', '--json']);
    expect([gone.code, gone.stderr]).toEqual([
      6,
      'error: db: could not find db-7 in k8s:///statefulset/pg/~/.claude/projects: there is no such pod now; there are db-0, db-1\n',
    ]);

    here.server.setPods([here.homed(setPod('pg', 0))]);
    const status = await here.run(['status']);
    expect(status.stdout).toMatch(/^db-0: nothing unsaved/m);
    expect(status.stdout).toMatch(/^db-1: its pod is not there now, so nobody knows what is unsaved/m);
    const both = await here.run(['ls', '--source', 'db', '--json']);
    expect(both.events.filter(({ type }) => type === 'file').map(({ source }) => source)).toEqual([
      'db-0',
      'db-1',
    ]);
    const verified = await here.run(['verify', '--json']);
    expect([verified.code, verified.summary['matching']]).toEqual([0, 1]);
  });

  test('has its own repos, and a repo that no pod has is told of', async () => {
    const here = await start();
    writeFiles(here.inPod('pg-1'), { '-srv-more/a.jsonl': logLine('/srv/more') });
    here.config(config.replace('repos: auto', 'repos: { app: -srv-app, more: -srv-more, none: -srv-none }'));
    const ran = await here.run(['backup', '--json']);
    expect(ran.code).toBe(3);
    const repos = ran.summary['repos'] as { source: string; repo: string; outcome: string }[];
    expect(repos.map(({ source, repo, outcome }) => `${source}/${repo} ${outcome}`)).toEqual([
      'db-0/app done',
      'db-0/none failed',
      'db-1/app done',
      'db-1/more done',
      'db-1/none failed',
    ]);
    expect(ran.stderr).toContain('names the project folder -srv-none, which k8s://default/pod/pg-0/');
  });

  test('takes no name that another source has, nor one that is too long', async () => {
    const here = await start();
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    const more = '  db-1: { type: local, path: ~/.claude/projects, repos: auto }\n';
    here.config(config.replace('targets:', `${more}targets:`));
    const ran = await here.run(['backup', '--json']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain(
      'db-1: sessionkeep.yaml:2: sources.db.pods: its pod would be called db-1, which is the name of another source',
    );
    expect(existsSync(join(here.cwd, 'kept/source-db-1/repo-a'))).toBe(true);
    here.config(config.replace('  db:', `  ${'d'.repeat(63)}:`));
    const long = await here.run(['backup', '--json']);
    expect([long.code, long.stderr]).toMatchObject([
      2,
      expect.stringContaining('longer than the 64 characters'),
    ]);
  });
});

describe('another pod than last time', () => {
  test('has deleted nothing by not having it; the same one has', async () => {
    const here = await PodMachine.start();
    here.config(CONFIG);
    writeFiles(here.inPod(), { '-srv-app/old.jsonl': logLine('/srv/app') });
    expect((await here.run(['backup', '--json'])).summary['copied']).toBe(2);
    here.server.setPods([here.homed(webPod('web-2'))]);
    writeFiles(here.inPod('web-2'), { '-srv-app/new.jsonl': logLine('/srv/app') });
    const goneAfter = async (): Promise<unknown> => {
      expect((await here.run(['backup', '--json'])).code).toBe(0);
      const listed = await here.run(['status', '--json']);
      return listed.summary['gone'];
    };
    expect(await goneAfter()).toBe(0);
    expect(await goneAfter()).toBe(2);
  });
});

describe('what lies beside the projects', () => {
  test('is kept where it is asked for', async () => {
    const here = await PodMachine.start();
    here.config(CONFIG.replace('repos:', 'extras: [history, plans], repos:'));
    const claude = join(here.inPod(), '..');
    writeFileSync(join(claude, 'history.jsonl'), 'typed\n');
    writeFileSync(join(claude, '.credentials.json'), 'secret');
    mkdirSync(join(claude, 'plans'));
    writeFileSync(join(claude, 'plans/p.md'), 'plan');
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 3]);
    const names = Object.keys(contentsOf(join(here.cwd, 'kept/source-blue')));
    expect(names.sort()).toEqual([
      'repo-_history/history.jsonl',
      'repo-_plans/p.md',
      `repo-app/${SESSION}.jsonl`,
    ]);
  });
});

describe('restore into a pod', () => {
  test.each(['deployment/web', 'pod/web-1'])('%s, with the refusals of every restore', async (owner) => {
    const here = await PodMachine.start();
    const log = here.inPod('web-1', LOG);
    const whole = readFileSync(log, 'utf8');
    expect(
      (await here.run(['backup', '--from', FROM, '--source', 'web', '--to', 'kept', '--json'])).code,
    ).toBe(0);
    const restore = (path: string, ...args: string[]) =>
      here.run(['restore', '--to', 'kept', '--into', `k8s://default/${owner}/${path}`, '--json', ...args]);
    rmSync(log);
    const dry = await restore('~/.claude/projects', '--dry-run');
    expect([dry.code, dry.summary['restored'], existsSync(log)]).toEqual([0, 1, false]);
    const back = await restore('~/.claude/projects');
    expect([back.code, back.stderr, back.summary]).toMatchObject([0, '', { restored: 1 }]);
    expect(readFileSync(log, 'utf8')).toBe(whole);
    expect(stateOf(here.inPod('web-1'))[LOG]).toMatch(/^100600 /);
    expect((await restore('~/.claude/projects')).summary).toMatchObject({
      restored: 0,
      identical: 1,
      exitCode: 0,
    });
    writeFileSync(log, 'other');
    const refused = await restore('~/.claude/projects');
    expect([refused.code, refused.summary, readFileSync(log, 'utf8')]).toMatchObject([
      3,
      { refused: 1 },
      'other',
    ]);
    expect((await restore('~/.claude/projects', '--overwrite')).code).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe(whole);
    expect((await restore('~/fresh/folder')).code).toBe(0);
    expect(existsSync(join(here.inPod(), '../../fresh/folder', LOG))).toBe(true);
    const absolute = await restore(join(here.root, 'pods/web-1/abs').slice(1));
    expect([absolute.code, existsSync(join(here.root, 'pods/web-1/abs', LOG))]).toEqual([0, true]);
    expect(here.server.running()).toBe(0);
  });

  test('needs a path, and a pod that is there', async () => {
    const here = await PodMachine.start();
    expect(
      (await here.run(['backup', '--from', FROM, '--source', 'web', '--to', 'kept', '--json'])).code,
    ).toBe(0);
    const into = async (url: string) => {
      const { code, stderr } = await here.run(['restore', '--to', 'kept', '--into', url, '--json']);
      return [code, stderr];
    };
    expect(await into('k8s://default/pod/web-1')).toEqual([
      2,
      expect.stringContaining('--into: the URL names no path'),
    ]);
    expect(await into('k8s://default/pod/none/~/x')).toEqual([
      6,
      expect.stringContaining('pods "none" not found'),
    ]);
    expect(await into('k8s://default/pod/web-1/~/../x')).toEqual([
      2,
      expect.stringContaining('has "." or ".." in it'),
    ]);
  });
});
