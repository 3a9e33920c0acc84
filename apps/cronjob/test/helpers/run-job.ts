import type { Cluster } from '@sessionkeep/testkit/cluster';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a Job may take, in milliseconds. */
const LONGEST = 120_000;

/** How a pod of a Job ended. */
interface EndedPod {
  readonly name: string;
  readonly exitCode: number;
  /** Why, as Kubernetes has it: `Completed`, `Error`, `OOMKilled`. */
  readonly reason: string;
  /** The termination message. */
  readonly message: string;
  /** What it said on standard output and error. */
  readonly log: string;
}

/** How a Job ended. */
export interface EndedJob {
  readonly succeeded: boolean;
  /** In the order in which they began. */
  readonly pods: readonly EndedPod[];
}

/** How a Job is run. */
export interface RunOptions {
  /** How often it is tried again in place of what the CronJob says; between two tries are ten seconds. */
  readonly retries?: number;
  /** Milliseconds; two minutes otherwise. */
  readonly longest?: number;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: {
      readonly startTime?: string;
      readonly phase?: string;
      readonly containerStatuses?: readonly {
        readonly state: {
          readonly waiting?: { readonly reason?: string; readonly message?: string };
          readonly terminated?: {
            readonly exitCode: number;
            readonly reason?: string;
            readonly message?: string;
          };
        };
      }[];
    };
  }[];
}

/**
 * Makes a Job of a CronJob as `kubectl create job --from` does it, which does not know those of `batch/v1beta1`, and waits for its
 * end. Throws where it comes to none, with what its pods wait for.
 */
export async function runJob(
  cluster: Cluster,
  cronJob: string,
  job: string,
  { retries, longest = LONGEST }: RunOptions = {},
): Promise<EndedJob> {
  const { apiVersion, metadata, spec } = JSON.parse(
    await cluster.kubectl(['get', 'cronjob', cronJob, '-o', 'json']),
  ) as {
    readonly apiVersion: string;
    readonly metadata: { readonly uid: string };
    readonly spec: { readonly jobTemplate: { readonly metadata: object; readonly spec: object } };
  };
  const { jobTemplate } = spec;
  const owner = { apiVersion, kind: 'CronJob', name: cronJob, uid: metadata.uid, controller: true };
  await cluster.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...jobTemplate.metadata,
      name: job,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    },
    spec: { ...jobTemplate.spec, ...(retries !== undefined && { backoffLimit: retries }) },
  });
  const succeeded = await endOf(cluster, job, longest);
  return { succeeded, pods: await podsOf(cluster, job) };
}

/** How long a control plane may take to begin what is due every minute, in milliseconds. */
const SCHEDULE_PATIENCE = 150_000;

/** Lets the CronJob be due every minute until it has made a Job, and waits for the end of that. */
export async function runScheduled(cluster: Cluster, cronJob: string): Promise<EndedJob> {
  const before = new Set(await jobsOf(cluster));
  const change = (spec: object): Promise<string> =>
    cluster.kubectl(['patch', 'cronjob', cronJob, '--type', 'merge', '-p', JSON.stringify({ spec })]);
  await change({ schedule: '* * * * *' });
  const end = Date.now() + SCHEDULE_PATIENCE;
  for (;;) {
    const made = (await jobsOf(cluster)).find((name) => !before.has(name));
    if (made !== undefined) {
      await change({ suspend: true });
      return { succeeded: await endOf(cluster, made, LONGEST), pods: await podsOf(cluster, made) };
    }
    if (Date.now() > end) throw new Error(`nothing was made of the CronJob ${cronJob}`);
    await sleep(500);
  }
}

async function jobsOf(cluster: Cluster): Promise<string[]> {
  return (await cluster.kubectl(['get', 'jobs', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
}

async function endOf(cluster: Cluster, job: string, longest: number): Promise<boolean> {
  const path = 'jsonpath={.status.conditions[?(@.status=="True")].type}';
  const end = Date.now() + longest;
  for (;;) {
    const conditions = (await cluster.kubectl(['get', 'job', job, '-o', path])).split(' ');
    if (conditions.includes('Complete')) return true;
    if (conditions.includes('Failed')) return false;
    if (Date.now() > end) throw new Error(`${job} did not end: ${await whatIsWaitedFor(cluster, job)}`);
    await sleep(500);
  }
}

async function whatIsWaitedFor(cluster: Cluster, job: string): Promise<string> {
  const { items } = await listPods(cluster, job);
  const words = items.map(({ metadata, status }) => `${metadata.name}: ${JSON.stringify(status)}`);
  return words.length === 0 ? 'it has no pods' : words.join('\n');
}

async function podsOf(cluster: Cluster, job: string): Promise<readonly EndedPod[]> {
  const { items } = await listPods(cluster, job);
  const began = ({ status }: PodList['items'][number]): string => status.startTime ?? '';
  const sorted = [...items].sort((a, b) => began(a).localeCompare(began(b)));
  return Promise.all(
    sorted.map(async ({ metadata: { name }, status }) => {
      const ended = status.containerStatuses?.[0]?.state.terminated;
      if (ended === undefined) throw new Error(`${name} did not end: ${JSON.stringify(status)}`);
      const { exitCode, reason = '', message = '' } = ended;
      return { name, exitCode, reason, message, log: await cluster.kubectl(['logs', name]) };
    }),
  );
}

async function listPods(cluster: Cluster, job: string): Promise<PodList> {
  return JSON.parse(await cluster.kubectl(['get', 'pods', '-l', `job-name=${job}`, '-o', 'json'])) as PodList;
}
