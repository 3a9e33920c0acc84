import { startHttpReceiver, type HttpReceiver } from '@sessionkeep/testkit/http-receiver';
import {
  needKustomize,
  noCluster,
  noKustomize,
  openCluster,
  runPod,
  type Cluster,
} from '@sessionkeep/testkit/cluster';
import { needSamba, noSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { contentsOf } from './helpers/app.js';
import { appImageOnCluster, IMAGE_PATIENCE } from './helpers/app-image.js';
import { deployTo } from './helpers/deploy-to.js';
import { need } from './helpers/programs.js';
import { runJob, runScheduled, type EndedJob } from './helpers/run-job.js';

const PASSWORD = 'Tr0ub4dor-und-3';
const PROJECTS = '.claude/projects';
const SESSION = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';

/** Where the app is, where its sources are, where it keeps them, and who is told. */
interface World {
  readonly app: Cluster;
  readonly web: Cluster;
  readonly samba: Samba;
  readonly receiver: HttpReceiver;
}

let world: World | undefined;

function there(): World {
  if (world === undefined) throw new Error('there is no cluster');
  return world;
}

beforeAll(async () => {
  // Each test says so.
  if (noKustomize() !== null || noCluster() !== null || noSamba() !== null) return;
  const [app, web] = await Promise.all([openCluster(), openCluster()]);
  // Root may do anything: what is forbidden shows only to somebody else.
  const user = process.getuid?.() === 0 ? { user: 'nobody' } : {};
  const samba = await startSamba({ ...user, password: PASSWORD });
  world = { app, web, samba, receiver: await startHttpReceiver() };
  await startWeb(web);
}, 180_000);

afterAll(async () => {
  await Promise.all([world?.app.stop(), world?.web.stop(), world?.samba.stop(), world?.receiver.close()]);
});

/** A Deployment with some sessions in its pod. */
async function startWeb(web: Cluster): Promise<void> {
  const labels = { app: 'web' };
  const { spec } = web.pod('web', { image: 'busybox' });
  await web.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
  await web.wait('deployment/web', 'condition=Available');
  await inPod(
    `mkdir -p ~/${PROJECTS}/-srv-app/${SESSION}/subagents && cd ~/${PROJECTS}/-srv-app &&
    for n in $(seq 2000); do echo "{\\"cwd\\":\\"/srv/app\\",\\"n\\":$n}"; done >${SESSION}.jsonl &&
    echo '{"cwd":"/srv/app"}' >${SESSION}/subagents/agent-1.jsonl`,
    web,
  );
}

async function inPod(script: string, web = there().web): Promise<string> {
  const path = 'jsonpath={.items[0].metadata.name}';
  return web.exec(await web.kubectl(['get', 'pods', '-l', 'app=web', '-o', path]), script);
}

/** The digests of the pod's files, by their paths in the project folder. */
async function atSource(): Promise<Record<string, string>> {
  const lines = await inPod(`cd ~/${PROJECTS}/-srv-app && find . -type f -exec sha256sum {} +`);
  const files = lines
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2}\.\//) as [string, string]);
  return Object.fromEntries(files.map(([sha256, path]) => [path, sha256]));
}

/** The digests of what is kept, as Samba has it on its disk. */
function kept(folder: string): Record<string, string> {
  return contentsOf(join(Object.values(there().samba.folders)[0] ?? '', folder, 'source-web', 'repo-app'));
}

/** The image, on nodes that reach what listens on this machine; ends the test where there are none. */
async function prepare(context: TestContext): Promise<string> {
  needKustomize(context);
  needSamba(context);
  const image = await appImageOnCluster(context);
  need(context, await notHere(image));
  return image;
}

/** Why pods on the node's network do not find this machine's servers; null where they do. */
function notHere(image: string): Promise<string | null> {
  const { app, receiver } = there();
  reached ??= runPod(
    app,
    'reach',
    { image, command: ['node', '--eval', `await fetch('${receiver.url}/reach', { method: 'POST' })`] },
    { hostNetwork: true },
  ).then(
    () => null,
    (cause: unknown) => `the nodes of this cluster are not this machine: ${String(cause)}`,
  );
  return reached;
}
let reached: Promise<string | null> | undefined;

/** Deploys it with a folder of its own on the share. */
async function deploy(
  image: string,
  {
    folder,
    secret = { SMB_PASSWORD: PASSWORD },
  }: { folder: string; secret?: Readonly<Record<string, string>> | null },
): Promise<void> {
  const { app, web, samba, receiver } = there();
  const [share = ''] = Object.keys(samba.folders);
  await deployTo(app, {
    namespace: app.namespace,
    image,
    config: `sources:
  web: { type: kubernetes, namespace: ${web.namespace}, deployment: web, repos: { app: -srv-app } }
targets:
  nas:
    type: smb
    url: smb://${samba.user}@${samba.host}:${samba.port.toString()}/${share}/${folder}
    password: { env: SMB_PASSWORD }
`,
    secret,
    sources: { deployments: { [web.namespace]: ['web'] } },
    env: {
      SESSIONKEEP_PING_URL: `${receiver.url}/ping/x`,
      SESSIONKEEP_PUSHGATEWAY_URL: receiver.url,
    },
    container: { args: ['--config', '/etc/sessionkeep/sessionkeep.yaml', '--verify-sample', '100'] },
  });
}

/** What was told since, and to whom. */
function told(since: number): { path: string; body: string }[] {
  const { requests } = there().receiver;
  return requests.slice(since).map(({ path, body }) => ({ path: path.split('?')[0] ?? '', body }));
}

function summaryOf({ pods }: EndedJob): Readonly<Record<string, unknown>> {
  const lines = (pods.at(-1)?.log ?? '').split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return events.find(({ event }) => event === 'summary') ?? {};
}

describe('the CronJob, in a cluster', { timeout: IMAGE_PATIENCE }, () => {
  test('keeps what is in a pod on a share, and the next night what grew', async (context) => {
    const image = await prepare(context);
    const folder = 'nightly';
    await deploy(image, { folder });
    const since = there().receiver.requests.length;
    const first = await runJob(there().app, 'sessionkeep', 'first');
    expect(first).toMatchObject({ succeeded: true, pods: [{ exitCode: 0 }] });
    expect(first.pods[0]?.message).toMatch(/^exit 0: done; 2 new, .* moved in /);
    expect(summaryOf(first)).toMatchObject({ exitCode: 0, counts: { copied: 2 } });
    const source = await atSource();
    expect(Object.keys(source)).toHaveLength(2);
    expect(kept(folder)).toEqual(source);
    expect(
      told(since)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['/metrics/job/sessionkeep', '/ping/x', '/ping/x/start']);
    const metrics = told(since).find(({ path }) => path.startsWith('/metrics'))?.body ?? '';
    expect(metrics).toMatch(/^sessionkeep_last_success_timestamp_seconds \d/m);
    expect(metrics).toContain('sessionkeep_files{target="nas",source="web",repo="app",action="copied"} 2');

    await inPod(`echo grown >>~/${PROJECTS}/-srv-app/${SESSION}.jsonl`);
    const second = await runScheduled(there().app, 'sessionkeep');
    expect(second).toMatchObject({ succeeded: true, pods: [{ exitCode: 0 }] });
    expect(summaryOf(second)).toMatchObject({ bytesMoved: 6, counts: { appended: 1, unchanged: 1 } });
    expect(kept(folder)).toEqual(await atSource());
    for (const { log, message } of [...first.pods, ...second.pods])
      expect(log + message).not.toContain(PASSWORD);
  });

  test('says what is wrong, with the exit code and a failed ping', async (context) => {
    const image = await prepare(context);
    const { app, web } = there();
    await deploy(image, { folder: 'wrong', secret: null });
    await app.kubectl(['delete', 'secret', 'sessionkeep', '--ignore-not-found']);
    let since = there().receiver.requests.length;
    const failed = async (job: string): Promise<{ code: number; message: string; pinged: string }> => {
      since = there().receiver.requests.length;
      const { pods } = await runJob(app, 'sessionkeep', job, { retries: 0 });
      const pinged = told(since).find(({ path }) => path === '/ping/x/fail')?.body ?? '';
      return { code: pods[0]?.exitCode ?? 0, message: pods[0]?.message ?? '', pinged };
    };
    const noSecret = await failed('no-secret');
    expect(noSecret.code).toBe(2);
    expect(noSecret.message).toContain('the environment variable SMB_PASSWORD is not set');
    expect(noSecret.pinged).toBe(noSecret.message);

    await deploy(image, { folder: 'wrong' });
    await web.kubectl(['delete', 'rolebinding', '--all']);
    const forbidden = await failed('forbidden');
    expect(forbidden.code).toBe(6);
    expect(forbidden.message).toMatch(/^exit 6: cannot connect or not allowed.*\nerror: web: /);
    expect(forbidden.pinged).toBe(forbidden.message);
    expect(kept('wrong')).toEqual({});
  });
});
