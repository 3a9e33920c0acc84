import { needKustomize } from '@sessionkeep/testkit/cluster';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { VARIABLES } from '../src/options/options.js';
import { parseOptions } from '../src/options/parse-options.js';
import { renderDeploy, type Deployed } from './helpers/render-deploy.js';

const DEPLOYED: Deployed = {
  namespace: 'backup',
  image: 'example.org/keep:1',
  config: 'sources: {}\n',
  secret: { SMB_PASSWORD: 'x' },
  sources: { deployments: { web: ['blue'], build: ['agents', 'others'] } },
  components: ['metrics', 'sharded'],
  ports: [1445],
};

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface CronJob extends Manifest {
  readonly spec: {
    readonly timeZone?: string;
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly hostNetwork?: boolean;
            readonly containers: readonly {
              readonly image: string;
              readonly args: readonly string[];
              readonly env: readonly { readonly name: string; readonly value: string }[];
            }[];
          };
        };
      };
    };
  };
}

beforeEach(needKustomize);

async function rendered(
  deployed: Deployed = DEPLOYED,
  lacks: Parameters<typeof renderDeploy>[1] = { old: false, api: null },
): Promise<{ readonly manifests: readonly Manifest[]; readonly job: CronJob }> {
  const manifests = parseAllDocuments(await renderDeploy(deployed, lacks)).map(
    (document) => document.toJS() as Manifest,
  );
  return { manifests, job: manifests.find(({ kind }) => kind === 'CronJob') as CronJob };
}

test('the app understands what a CronJob tells it, with all components', async () => {
  const { job } = await rendered();
  const [container] = job.spec.jobTemplate.spec.template.spec.containers;
  const { options, errors } = parseOptions(container?.args ?? [], { JOB_COMPLETION_INDEX: '2' });
  expect(errors).toEqual([]);
  expect(Object.fromEntries(options.values)).toMatchObject({ config: '/etc/sessionkeep/sessionkeep.yaml' });
  expect(options.shard).toEqual({ index: 2, of: 4 });
  for (const { name } of container?.env ?? []) expect(Object.keys(VARIABLES)).toContain(name);
  expect(container?.env).toHaveLength(1);
});

test('the app knows the variables that the example of a Secret and the README name', () => {
  const text = ['examples/flux/secret.sops.example.yaml', 'README.md'].map((name) =>
    readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), 'utf8'),
  );
  const named = [...new Set(text.join('\n').match(/\bSESSIONKEEP_\w+/g))];
  expect(named).toHaveLength(3);
  for (const name of named) expect(Object.keys(VARIABLES)).toContain(name);
});

test('what somebody changes in a copy is all that changes', async () => {
  const { manifests, job } = await rendered();
  const places = manifests.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace ?? '']);
  expect(places.filter(([kind]) => kind?.startsWith('Role') === true).sort()).toEqual([
    ['Role', 'sessionkeep', 'build'],
    ['Role', 'sessionkeep', 'web'],
    ['RoleBinding', 'sessionkeep', 'build'],
    ['RoleBinding', 'sessionkeep', 'web'],
  ]);
  expect(manifests.filter(({ kind }) => kind === 'RoleBinding')).toMatchObject(
    ['build', 'web'].map(() => ({ subjects: [{ name: 'sessionkeep', namespace: 'backup' }] })),
  );
  for (const [kind, name, namespace] of places.filter(([kind]) => kind?.startsWith('Role') === false))
    expect([kind, kind === 'Namespace' ? name : namespace]).toEqual([kind, 'backup']);
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  expect(JSON.stringify(policies).match(/1445/g)).toHaveLength(1);
  expect(job).toMatchObject({ apiVersion: 'batch/v1', spec: { timeZone: 'Europe/Berlin' } });
  expect(job.spec.jobTemplate.spec.template.spec.containers[0]?.image).toBe('example.org/keep:1');
  expect(manifests.find(({ kind }) => kind === 'Secret')).toMatchObject({
    stringData: parse('SMB_PASSWORD: x') as object,
  });
});

test('an old cluster is told nothing that it does not know', async () => {
  const { job } = await rendered(
    { ...DEPLOYED, components: [] },
    { old: true, api: { host: '127.0.0.1', port: 16443 } },
  );
  expect([job.apiVersion, job.spec.timeZone]).toEqual(['batch/v1beta1', undefined]);
  expect(JSON.stringify(job)).not.toContain('podFailurePolicy');
  const { hostNetwork, containers } = job.spec.jobTemplate.spec.template.spec;
  expect(hostNetwork).toBe(true);
  expect(containers[0]?.env).toEqual([
    { name: 'KUBERNETES_SERVICE_HOST', value: '127.0.0.1' },
    { name: 'KUBERNETES_SERVICE_PORT', value: '16443' },
  ]);
});
