import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startExecServer, type ExecServer, type ExecServerOptions } from '@sessionkeep/testkit/exec-server';
import { needSamba, noSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { App, contentsOf, firstLog, writeSessions } from './helpers/app.js';

const PASSWORD = 'Tr0ub4dor-und-3';
let samba: Samba | null = null;

beforeAll(async () => {
  // Root may do anything: what is forbidden shows only to somebody else.
  const user = process.getuid?.() === 0 ? { user: 'nobody' } : {};
  if (noSamba() === null) samba = await startSamba({ ...user, password: PASSWORD });
});
afterAll(() => samba?.stop());

/** A cluster with a pod of the Deployment `web`, a share, and an app that knows of both. */
async function start(
  context: TestContext,
  options: Partial<ExecServerOptions> = {},
): Promise<{ app: App; server: ExecServer; inPod: string; kept: string }> {
  needSamba(context);
  if (samba === null) throw new Error('the server runs only while tests do');
  const app = new App();
  const inPod = join(app.root, 'pod', '.claude', 'projects');
  mkdirSync(inPod, { recursive: true });
  writeSessions(inPod);
  const server = await startExecServer({
    folder: app.root,
    workloads: [{ kind: 'Deployment', name: 'web', matchLabels: { app: 'web' } }],
    pods: [
      {
        name: 'web-1',
        labels: { app: 'web' },
        owner: { kind: 'ReplicaSet', name: 'web-5d9c' },
        folder: join(app.root, 'pod'),
      },
    ],
    ...options,
  });
  onTestFinished(() => server.stop());
  const kubeconfig = join(app.root, 'kubeconfig');
  writeFileSync(kubeconfig, server.kubeconfig);
  app.env['KUBECONFIG'] = kubeconfig;
  app.env['SMB_PASSWORD'] = PASSWORD;
  const folder = `kept-${(count++).toString()}`;
  const [share = ''] = Object.keys(samba.folders);
  app.configure(`sources:
  web: { type: kubernetes, namespace: default, deployment: web, repos: auto }
targets:
  nas:
    type: smb
    url: smb://${samba.user}@${samba.host}:${samba.port.toString()}/${share}/${folder}
    password: { env: SMB_PASSWORD }
`);
  return { app, server, inPod, kept: join(Object.values(samba.folders)[0] ?? '', folder) };
}
let count = 0;

describe('out of pods, onto a share', () => {
  test('twice, the second run moving only what grew', async (context) => {
    const { app, server, inPod, kept } = await start(context);
    await app.listen();
    const first = await app.run('--verify-sample', '100', '--log-level', 'debug');
    expect([first.code, first.errors]).toEqual([0, []]);
    expect(Object.values(contentsOf(kept)).toSorted()).toEqual(Object.values(contentsOf(inPod)).toSorted());
    appendFileSync(firstLog(inPod), 'more\n');
    const second = await app.run('--log-level', 'debug');
    expect([second.code, second.summary]).toMatchObject([
      0,
      { bytesMoved: 5, counts: { appended: 1, unchanged: 3 } },
    ]);
    expect(Object.values(contentsOf(kept)).toSorted()).toEqual(Object.values(contentsOf(inPod)).toSorted());
    expect(app.body('metrics')).toContain('sessionkeep_source_reachable{source="web"} 1');
    expect(app.body('metrics')).toContain(
      'sessionkeep_oldest_unsaved_age_seconds{target="nas",source="web"} 0',
    );
    expect(server.running()).toBe(0);
    for (const { stdout, termination } of [first, second])
      expect(stdout + termination + app.body('ping')).not.toContain(PASSWORD);
  });

  test('exec that is forbidden', async (context) => {
    const { app } = await start(context, { denied: ({ subresource }) => subresource === 'exec' });
    await app.listen();
    const ran = await app.run();
    expect([ran.code, ran.errors]).toEqual([6, [expect.stringMatching(/^web: .*pods\/exec/)]]);
    expect(app.told).toContain('ping/fail');
    expect(app.body('ping/fail')).toMatch(/^exit 6: cannot connect or not allowed/);
  });

  test('a password that is wrong', async (context) => {
    const { app } = await start(context);
    await app.listen();
    app.env['SMB_PASSWORD'] = 'n0t-this-one';
    const ran = await app.run();
    expect([ran.code, ran.errors]).toEqual([6, [expect.stringContaining('password')]]);
    expect(app.told).toContain('ping/fail');
    expect(ran.stdout + ran.termination).not.toContain('n0t-this-one');
  });

  test('a secret that is not there stops it before anything is kept', async (context) => {
    const { app, kept } = await start(context);
    delete app.env['SMB_PASSWORD'];
    const ran = await app.run();
    expect([ran.code, ran.errors]).toEqual([2, [expect.stringContaining('SMB_PASSWORD is not set')]]);
    expect(contentsOf(kept)).toEqual({});
  });

  test('a source that is away leaves the others', async (context) => {
    const { app } = await start(context);
    writeSessions(app.projects);
    await app.listen();
    const more = `  laptop: { type: local, path: ${app.projects}, repos: auto }
  gone: { type: kubernetes, namespace: default, deployment: gone, repos: auto }
targets:`;
    app.configure(readFileSync(app.config, 'utf8').replace('targets:', more));
    const ran = await app.run();
    expect([ran.code, ran.summary]).toMatchObject([3, { counts: { copied: 8 } }]);
    expect(app.body('metrics')).toContain('sessionkeep_source_reachable{source="gone"} 0');
    expect(app.body('metrics')).toContain('sessionkeep_source_reachable{source="web"} 1');
    expect(JSON.parse(app.body('hook'))).toMatchObject({ unreachable: ['gone'] });
  });
});
