import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG, PodMachine, setPod, webPod } from './helpers/pods.js';
import type { Ran } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const TOKEN = 'token-of-the-test';
const SET = { kind: 'StatefulSet', name: 'pg', matchLabels: { app: 'pg' } } as const;

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

function failures({ summary }: Ran): string[] {
  const failed = summary['failedSources'] as { source: string; failure: { kind: string } }[];
  return failed.map(({ source, failure }) => `${source}: ${failure.kind}`);
}

describe('a source that cannot be gone to', () => {
  const config = (more: string): string => `sources:
  laptop: { type: local, path: ~/.claude/projects, repos: auto }
  blue: { type: kubernetes, deployment: web, repos: auto }
${more}targets:
  kept: { type: local, path: ./kept }
  also: { type: local, path: ./also }
`;

  test('does not stop the others: exit 3, and who and why', async () => {
    const here = await PodMachine.start({
      pods: [
        webPod('web-1'),
        webPod('late', { labels: { app: 'late' }, ready: false }),
        { name: 'two', containers: ['a', 'b'] },
      ],
      denied: ({ namespace }) => namespace === 'secret',
    });
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    const kubeconfig = here.server.kubeconfig;
    const other = (name: string, text: string): void => writeFileSync(join(here.home, name), text);
    other('off', kubeconfig.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${(await closedPort()).toString()}`));
    other('stranger', kubeconfig.replace(TOKEN, 'Another-secret-9'));
    other('broken', `{ users: [{ token: Another-secret-9 }`);
    here.config(
      config(`  off: { type: kubernetes, kubeconfig: ~/off, deployment: web, repos: auto }
  stranger: { type: kubernetes, kubeconfig: ~/stranger, deployment: web, repos: auto }
  broken: { type: kubernetes, kubeconfig: ~/broken, deployment: web, repos: auto }
  missing: { type: kubernetes, kubeconfig: ~/missing, deployment: web, repos: auto }
  lost: { type: kubernetes, context: nowhere, deployment: web, repos: auto }
  forbidden: { type: kubernetes, namespace: secret, deployment: web, repos: auto }
  late: { type: kubernetes, selector: app=late, repos: auto }
  none: { type: kubernetes, selector: app=none, repos: auto }
  two: { type: kubernetes, pod: two, repos: auto }
  empty: { type: kubernetes, deployment: web, path: /no/such/projects, repos: auto }
`),
    );
    const run = (command: string, ...args: string[]) =>
      here.run([command, '--config', 'sessionkeep.yaml', '--json', ...args]);
    const expected = [
      'broken: usage',
      'empty: usage',
      'forbidden: denied',
      'late: unreachable',
      'lost: usage',
      'missing: usage',
      'none: unreachable',
      'off: unreachable',
      'stranger: denied',
      'two: usage',
    ];
    const planned = await run('plan');
    expect([planned.code, failures(planned)]).toEqual([3, expected]);
    const ran = await run('backup');
    expect([ran.code, failures(ran)]).toEqual([3, expected]);
    for (const [name, why] of [
      ['off', 'ECONNREFUSED'],
      ['stranger', 'the API server answered 401'],
      ['broken', 'the kubeconfig cannot be read: '],
      ['missing', 'there is no kubeconfig at'],
      ['lost', 'the kubeconfig has no context "nowhere": it has test'],
      ['forbidden', 'is forbidden: User'],
      ['late', 'late: it is not ready'],
      ['none', 'there is no such pod'],
      ['two', 'its containers are a, b'],
      ['empty', 'does not exist'],
    ])
      expect(ran.stderr).toMatch(new RegExp(`^error: ${name!}: .*${why!.replaceAll(/[\\.()]/g, '.')}`, 'm'));
    for (const kept of ['kept', 'also'])
      for (const path of ['source-laptop/repo-a/x.jsonl', `source-blue/repo-app/${LOG.split('/')[1]!}`])
        expect([path, existsSync(join(here.cwd, kept, path))]).toEqual([path, true]);
    const verified = await run('verify');
    expect([verified.code, failures(verified), verified.summary['matching']]).toEqual([3, expected, 4]);
    const status = await run('status', '--to', 'kept');
    expect(status.code).toBe(0);
    const sources = status.summary['sources'] as { source: string; asked: boolean }[];
    expect(sources.filter(({ asked }) => asked).map(({ source }) => source)).toEqual(['blue', 'laptop']);
    const checked = await run('config', 'check');
    const warned = (checked.summary['warnings'] as string[]).map((text) => /^[a-z]+/.exec(text)?.[0]);
    expect([checked.code, warned.sort()]).toEqual([0, expected.map((one) => one.split(':')[0])]);
    const alone = await run('backup', '--source', 'off');
    expect([alone.code, alone.summary['errors']]).toMatchObject([6, [{ kind: 'unreachable' }]]);
    const [one, two] = await Promise.all([
      run('backup', '--source', 'two'),
      run('backup', '--source', 'forbidden'),
    ]);
    expect([one.code, two.code]).toEqual([2, 6]);
    for (const { stdout, stderr } of [ran, planned, verified, status]) {
      expect(stdout + stderr).not.toContain('Another-secret-9');
      expect(stdout + stderr).not.toContain(TOKEN);
    }
  });

  test('is told of beside the table, within 80 columns', async () => {
    const here = await PodMachine.start();
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    here.config(config('  none: { type: kubernetes, selector: app=none, repos: auto }\n'));
    const { code, stderr } = await here.run(['backup', '--to', 'kept']);
    expect(code).toBe(3);
    const lines = stderr.split('\n');
    expect(lines.some((line) => /^none( +-)+ +failed$/.test(line))).toBe(true);
    expect(lines).toContain('Not reached, as told below: none.');
    expect(lines.at(-2)).toMatch(/^error: none: could not find pods with app=none in namespace default/);
  });

  test('is verified by what the archive has of it, and its part of a saved plan waits', async () => {
    const here = await PodMachine.start();
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    here.config(config(''));
    expect((await here.run(['backup', '--json'])).code).toBe(0);
    for (const path of [here.inPod('web-1', LOG), join(here.projects, '-a/x.jsonl')])
      appendFileSync(path, logLine('/a'));
    expect((await here.run(['plan', '--to', 'kept', '--out', 'p', '--json'])).summary['appended']).toBe(2);
    here.server.setPods([]);
    const verified = await here.run(['verify', '--deep', '--json']);
    expect([verified.code, verified.summary]).toMatchObject([
      3,
      { matching: 2, grown: 2, sourceRead: false },
    ]);
    const done = await here.run(['backup', '--to', 'kept', '--plan', 'p', '--json']);
    expect([done.code, done.summary]).toMatchObject([
      3,
      { appended: 1, failedSources: [{ source: 'blue' }] },
    ]);
    const only = await here.run(['backup', '--to', 'kept', '--source', 'blue', '--plan', 'p', '--json']);
    expect([only.code, only.stderr]).toEqual([6, expect.stringContaining('error: blue: could not find')]);
  });

  test('a pod of several that is not ready is one; one that has ended is none', async () => {
    const pods = [
      setPod('pg', 0),
      { ...setPod('pg', 1), ready: false },
      { ...setPod('pg', 2), terminating: true },
      { ...setPod('pg', 3), phase: 'Succeeded' },
    ];
    const here = await PodMachine.start({ pods, workloads: [SET] });
    here.config(`sources:
  db: { type: kubernetes, statefulSet: pg, pods: each, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`);
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, failures(ran)]).toEqual([3, ['db-1: unreachable']]);
    expect(ran.stderr).toContain('could not go to pod pg-1');
    expect((await here.run(['backup', '--source', 'db-0', '--json'])).code).toBe(0);
    expect((await here.run(['backup', '--source', 'db-1', '--json'])).code).toBe(6);
  });

  test('a pod of a Deployment that went is not waited for; the pods of a StatefulSet are', async () => {
    const here = await PodMachine.start({
      pods: [webPod('web-5d9c-aaaaa'), setPod('pg', 0)],
      workloads: [{ kind: 'Deployment', name: 'web', matchLabels: { app: 'web' } }, SET],
    });
    here.config(`sources:
  web: { type: kubernetes, deployment: web, pods: each, repos: auto }
  db: { type: kubernetes, statefulSet: pg, pods: each, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`);
    expect((await here.run(['backup', '--json'])).code).toBe(0);
    here.server.setPods([here.homed(webPod('web-5d9c-bbbbb')), here.homed(setPod('pg', 1))]);
    for (const pod of ['web-5d9c-bbbbb', 'pg-1']) mkdirSync(here.inPod(pod), { recursive: true });
    const status = await here.run(['status', '--max-age', '1s', '--json']);
    const sources = status.summary['sources'] as { source: string; gone: boolean; why: string }[];
    expect(sources.map(({ source, gone, why }) => [source, gone, why])).toEqual([
      ['db-0', false, 'its pod is not there now'],
      ['web-5d9c-aaaaa', true, 'its pod is not there now'],
    ]);
    await new Promise((done) => setTimeout(done, 1100));
    const later = await here.run(['status', '--max-age', '1s', '--json']);
    expect([later.code, later.summary['stale']]).toMatchObject([7, [{ source: 'db-0', why: 'old' }]]);
    expect((later.summary['stale'] as unknown[]).length).toBe(1);
    expect((await here.run(['status'])).stdout).toContain('web-5d9c-aaaaa: its pod is gone, and none');
  });
});

describe('what a cluster says', () => {
  test('reaches no terminal and no path unchecked', async () => {
    const evil = '\u001b[31m\u0007\u202e';
    const here = await PodMachine.start({
      pods: [webPod('web-1'), webPod(`web-${evil}`), webPod('web-..', {}), webPod('../../web-2')],
    });
    writeFiles(here.inPod(), { [`-srv-app/${evil}.jsonl`]: logLine('/srv/app', evil) });
    here.config(`sources:
  web: { type: kubernetes, deployment: web, pods: each, repos: auto }
  laptop: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`);
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    const outputs: string[] = [];
    const run = async (...args: string[]): Promise<Ran> => {
      const ran = await here.run(args);
      outputs.push(ran.stdout, ran.stderr);
      return ran;
    };
    const ran = await run('backup', '-v');
    expect(ran.code).toBe(0);
    expect(
      Object.keys(contentsOf(join(here.cwd, 'kept'))).filter((path) => path.startsWith('source-')),
    ).toEqual(expect.arrayContaining([`source-web-1/repo-app/${evil}.jsonl`]));
    expect(existsSync(join(here.cwd, 'kept/source-web-..'))).toBe(false);
    here.server.misbehave({ kind: 'refuse', status: 500, message: `no${evil}way` });
    for (const command of ['backup', 'plan', 'verify', 'status', 'doctor']) {
      const refused = await run(command);
      expect([command, refused.stdout + refused.stderr]).toEqual([command, expect.stringContaining('way')]);
    }
    const into = await run('restore', '--source', 'laptop', '--into', 'k8s://default/pod/web-1/~/x');
    expect([into.code, into.stderr]).toEqual([6, expect.stringContaining('way')]);
    here.server.misbehave(null);
    here.server.setPods([here.homed(webPod('web-1', { containers: [`a${evil}`, 'b'] }))]);
    expect((await run('backup')).code).toBe(3);
    for (const output of outputs) expect(output).not.toMatch(CONTROL);
  });

  test('a pod that goes in mid-run: the others are kept, and the next run completes', async () => {
    const here = await PodMachine.start();
    writeFiles(here.projects, { '-a/x.jsonl': logLine('/a') });
    for (let file = 0; file < 40; file++)
      writeFiles(here.inPod(), {
        [`-srv-app/${file.toString()}.jsonl`]: logLine('/srv/app', 'x'.repeat(1000)).repeat(500),
      });
    here.config(`sources:
  blue: { type: kubernetes, deployment: web, repos: auto }
  laptop: { type: local, path: ~/.claude/projects, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`);
    const pods = [here.homed(webPod('web-1'))];
    let isGone = false;
    const ran = await here.run(['backup', '--json', '--bwlimit', '5M'], {
      onStdout: (text) => {
        if (isGone || !text.includes('"type":"file"')) return;
        isGone = true;
        here.server.setPods([]);
        here.server.kill();
      },
    });
    expect([ran.code, ran.summary['interrupted']]).toEqual([3, undefined]);
    expect(ran.stderr + ran.stdout).toContain('not found');
    here.server.setPods(pods);
    const next = await here.run(['backup', '--json']);
    expect([next.code, next.stderr, next.summary['files']]).toEqual([0, '', 42]);
    expect(contentsOf(join(here.cwd, 'kept/source-blue/repo-app'))).toEqual(
      contentsOf(here.inPod('web-1', '-srv-app')),
    );
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the execs too', async (signal) => {
    const here = await PodMachine.start();
    for (let file = 0; file < 40; file++)
      writeFiles(here.inPod(), {
        [`-srv-app/${file.toString()}.jsonl`]: logLine('/srv/app', 'x'.repeat(1000)).repeat(500),
      });
    const from = [
      '--from',
      'k8s://default/deployment/web/~/.claude/projects',
      '--source',
      'web',
      '--to',
      'kept',
      '--json',
    ];
    let isKilled = false;
    const ran = await here.run(['backup', ...from, '--bwlimit', '5M'], {
      onStdout: (text, kill) => {
        if (isKilled || !text.includes('"type":"file"')) return;
        isKilled = true;
        kill(signal);
      },
    });
    expect([ran.code, ran.summary['exitCode']]).toEqual([130, 130]);
    await expect.poll(() => here.server.running(), { timeout: 10_000 }).toBe(0);
    const next = await here.run(['backup', ...from]);
    expect([next.code, next.summary['files']]).toEqual([0, 41]);
  });

  test('a cluster that says nothing is left at once when the run is interrupted', async () => {
    const here = await PodMachine.start();
    const silent = createServer();
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as { port: number };
    writeFileSync(
      here.kubeconfig,
      here.server.kubeconfig.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port.toString()}`),
    );
    const connected = new Promise((done) => silent.once('connection', done));
    const run = here.start([
      'backup',
      '--from',
      'k8s://default/deployment/web/~/x',
      '--to',
      'kept',
      '--json',
    ]);
    await connected;
    const began = performance.now();
    run.kill('SIGINT');
    const ran = await run.ended;
    silent.close();
    expect(ran.code).toBe(130);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('a configuration of pods', () => {
  test('every mistake with its line and key', async () => {
    const here = await PodMachine.start();
    here.config(`sources:
  path:
    type: kubernetes
    deployment: Web_1
    path: projects
    namespace: -x
    repos: auto
`);
    const refused = await here.run(['config', 'check', '--json']);
    expect(refused.code).toBe(2);
    for (const line of [
      'sessionkeep.yaml:4: sources.path.deployment: must be letters a to z',
      "sessionkeep.yaml:5: sources.path.path: begins with neither / nor ~/; write it from the container's root",
      'sessionkeep.yaml:6: sources.path.namespace: must be letters a to z',
    ])
      expect(refused.stderr).toContain(line);
    here.config(`sources:
  none: { type: kubernetes, repos: auto }
  both: { type: kubernetes, deployment: web, pod: web-1, repos: auto }
  one: { type: kubernetes, pod: web-1, pods: each, repos: auto }
  beside: { type: kubernetes, deployment: web, path: /srv/logs, extras: [plans], repos: auto }
`);
    const { code, stderr } = await here.run(['config', 'check', '--json']);
    expect(code).toBe(2);
    for (const line of [
      'sessionkeep.yaml:2: sources.none: names no pods; give deployment: NAME, statefulSet: NAME, selector: LABELS or pod: NAME',
      'sessionkeep.yaml:3: sources.both.pod: there is deployment and pod; keep one of them',
      'sessionkeep.yaml:4: sources.one.pods: a pod that is named is one; take pods: out',
      "sessionkeep.yaml:5: sources.beside.extras: lie beside Claude Code's projects folder, and /srv/logs is none",
    ])
      expect(stderr).toContain(line);
  });

  test('a kubeconfig, which may name programs to run, is not taken from a folder that may be anybody’s', async () => {
    const here = await PodMachine.start();
    const ran = join(here.root, 'ran');
    const hostile = JSON.parse(here.server.kubeconfig) as { users: unknown };
    hostile.users = [
      {
        name: 'tester',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: '/usr/bin/touch',
            args: [ran],
            interactiveMode: 'Never',
          },
        },
      },
    ];
    writeFileSync(join(here.cwd, 'evil'), JSON.stringify(hostile));
    here.config(`sources:
  web: { type: kubernetes, kubeconfig: ./evil, deployment: web, repos: auto }
targets:
  kept: { type: local, path: ./kept }
`);
    const refused = await here.run(['backup', '--json']);
    expect([refused.code, existsSync(ran)]).toEqual([2, false]);
    expect(refused.stderr).toContain(
      'sessionkeep.yaml:2: sources.web.kubeconfig: a kubeconfig may name programs to run',
    );
    const own = await here.run(['backup', '--config', 'sessionkeep.yaml', '--json']);
    expect([own.code, existsSync(ran)]).toEqual([6, true]);
    expect(own.stderr).toContain('credentials could not be had');
  });

  test('a plug-in of the kubeconfig signs in', async () => {
    const here = await PodMachine.start();
    const config = JSON.parse(here.server.kubeconfig) as { users: unknown };
    const credential = JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: TOKEN },
    });
    config.users = [
      {
        name: 'tester',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: '/bin/echo',
            args: [credential],
            interactiveMode: 'Never',
          },
        },
      },
    ];
    writeFileSync(here.kubeconfig, JSON.stringify(config));
    const ran = await here.run([
      'backup',
      '--from',
      'k8s:///pod/web-1/~/.claude/projects',
      '--source',
      'web',
      '--to',
      'kept',
      '--json',
    ]);
    expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 1]);
  });

  test.each([
    ['--to', ['backup', '--to', 'k8s://default/pod/web-1/~/x'], 'a pod is no place for an archive'],
    ['--from', ['backup', '--from', 'k8s://default/pod/web-1', '--to', 'kept'], 'the URL names no path'],
    [
      '--from',
      ['backup', '--from', 'k8s://default/job/x/~/y', '--to', 'kept'],
      'does not say what kind of thing it names',
    ],
    ['--from', ['init', '--yes', '--from', 'k8s://default/pod/web-1/~/x', '--to', 'kept'], 'not in a pod'],
  ])('%s is refused where it cannot be: %j', async (_, args, text) => {
    const here = await PodMachine.start();
    const ran = await here.run(args);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(text)]);
    expect(here.server.requests).toEqual([]);
  });
});

describe('doctor', () => {
  const steps = ({ events }: Ran): string[] =>
    events
      .filter(({ type }) => type === 'finding')
      .map(({ step, outcome }) => `${String(step)}: ${String(outcome)}`);
  const FROM = ['--from', 'k8s:///deployment/web/~/.claude/projects'];

  test('looks at the cluster, the rights, the pods, the tools and the folder', async () => {
    const here = await PodMachine.start();
    const ran = await here.run(['doctor', ...FROM, '--json']);
    expect([ran.code, steps(ran)]).toEqual([
      0,
      ['cluster', 'rights', 'pods', 'clock', 'tools', 'folder', 'files', 'retention'].map(
        (step) => `${step}: fine`,
      ),
    ]);
    expect(contentsOf(here.inPod())).toHaveProperty([LOG]);
    expect(here.server.running()).toBe(0);
  });

  test('what the pod’s Claude Code deletes before it is kept, by the settings that lie there', async () => {
    const here = await PodMachine.start();
    const session = here.inPod('web-1', LOG);
    const then = new Date(Date.now() - 28 * 86_400_000);
    utimesSync(session, then, then);
    const retention = async (): Promise<unknown> => {
      const ran = await here.run(['doctor', ...FROM, '--to', 'kept', '--json']);
      expect(ran.code).toBe(0);
      return ran.events.find(({ step }) => step === 'retention');
    };
    expect(await retention()).toMatchObject({
      outcome: 'odd',
      facts: { target: 'kept', sessions: 1, retentionDays: 30 },
    });
    writeFileSync(here.inPod('web-1', '..', 'settings.json'), '{"cleanupPeriodDays":60}');
    expect(await retention()).toMatchObject({ outcome: 'fine', facts: { retentionDays: 60 } });
    writeFileSync(here.inPod('web-1', '..', 'settings.json'), '{"cleanupPeriodDays":30}');
    const odd = (await retention()) as { hint: string };
    expect(odd.hint).toContain('k8s:///deployment/web/~/.claude/settings.json');
    expect((await here.run(['backup', ...FROM, '--to', 'kept', '-q'])).code).toBe(0);
    expect(await retention()).toMatchObject({ outcome: 'fine' });
  });

  test('prints the Role that is missing, to be copied', async () => {
    const here = await PodMachine.start({ denied: ({ subresource }) => subresource === 'exec' });
    const ran = await here.run(['doctor', ...FROM, '--json']);
    expect([ran.code, steps(ran)]).toEqual([6, ['cluster: fine', 'rights: failed']]);
    const people = await here.run(['doctor', ...FROM]);
    const yaml = /^apiVersion[\s\S]*?\n\n/m.exec(people.stdout)?.[0].trimEnd();
    expect(`${yaml ?? ''}\n`).toBe(ran.events.find(({ step }) => step === 'rights')?.['file']);
    expect(yaml).toContain('{ apiGroups: [""], resources: ["pods/exec"], verbs: ["get", "create"] }');
    expect(people.stdout).not.toContain(TOKEN);
  });

  test('takes what only later servers ask for as odd', async () => {
    const here = await PodMachine.start({
      denied: ({ subresource, verb }) => subresource === 'exec' && verb === 'create',
    });
    const ran = await here.run(['doctor', ...FROM, '--json']);
    expect([ran.code, steps(ran)[1]]).toEqual([0, 'rights: odd']);
  });

  test.each([
    ['no such folder', { folder: true }, 'folder: failed', 'there is no such'],
    ['an image without a shell', { only: ['true'] }, 'tools: failed', 'no usable shell'],
  ])('%s', async (_, { folder = false, only }: { folder?: boolean; only?: string[] }, step, text) => {
    const here = await PodMachine.start(only === undefined ? {} : { userland: { kind: 'machine', only } });
    if (folder) rmSync(here.inPod(), { recursive: true });
    const ran = await here.run(['doctor', ...FROM, '--json']);
    expect([ran.code, steps(ran).at(-1)]).toEqual([6, step]);
    expect(JSON.stringify(ran.events)).toContain(text);
  });
});

test('what is read of kubeconfigs is nothing but them', async () => {
  const here = await PodMachine.start();
  const ran = await here.run(['doctor', '--from', 'k8s:///pod/web-1/~/x', '--json'], {
    env: { KUBECONFIG: join(here.cwd, 'none') },
  });
  expect([ran.code, JSON.stringify(ran.events)]).toEqual([
    6,
    expect.stringContaining('there is no kubeconfig at'),
  ]);
  expect(readFileSync(here.kubeconfig, 'utf8')).toContain(TOKEN);
});
