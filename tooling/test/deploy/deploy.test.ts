import { needKustomize } from '@sessionkeep/testkit/cluster';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { cli, root } from '../../workspace.mjs';
import { build, deploy, type Manifest } from './build.js';
import { schemaProblems } from './schema-problems.js';

const IMAGE = 'ghcr.io/sessionkeep/sessionkeep-cronjob';
const overlays = ['overlays/pods', 'overlays/pvc'];
const components = ['sharded', 'metrics'];
/** Whatever somebody may build. */
const builds: readonly (readonly [folder: string, ...components: string[]])[] = [
  ['base'],
  ['examples/flux'],
  ...overlays.flatMap((folder): [string, ...string[]][] => [
    [folder],
    ...components.map((component): [string, string] => [folder, component]),
    [folder, ...components],
  ]),
];

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly args: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
    readonly securityContext: object;
    readonly resources: object;
    readonly volumeMounts: readonly {
      readonly name: string;
      readonly mountPath: string;
      readonly readOnly?: boolean;
    }[];
  }[];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly persistentVolumeClaim?: object;
  }[];
}

interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
}

beforeEach(needKustomize);

function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

function theOnly(manifests: readonly Manifest[], kind: string): Manifest {
  const found = ofKind(manifests, kind);
  expect([kind, found.length]).toEqual([kind, 1]);
  return found[0]!;
}

function jobOf(manifests: readonly Manifest[]): JobSpec {
  const { spec } = theOnly(manifests, 'CronJob') as unknown as {
    spec: { jobTemplate: { spec: JobSpec } };
  };
  return spec.jobTemplate.spec;
}

function podOf(manifests: readonly Manifest[]): PodSpec {
  return jobOf(manifests).template.spec;
}

/** As `sessionkeep` says it, on a machine where nothing else is. */
function sessionkeep(...args: string[]): { readonly stdout: string; readonly stderr: string } {
  if (!existsSync(cli)) throw new Error('apps/cli is not built: run `pnpm build` first');
  const home = mkdtempSync(join(tmpdir(), 'sessionkeep-deploy-'));
  try {
    return spawnSync(cli, args, {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home },
      encoding: 'utf8',
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}

function read(path: string): string {
  return readFileSync(join(deploy, path), 'utf8');
}

describe.each(builds.map((names) => ({ name: names.join(' + '), names })))(
  '$name',
  ({ names: [folder, ...chosen] }) => {
    test('is built, and is what a current API takes', async () => {
      expect(schemaProblems(await build(folder, ...chosen))).toEqual([]);
    });

    test('has all that it refers to, in the namespace where it is looked for', async () => {
      const manifests = await build(folder, ...chosen);
      const { namespace } = theOnly(manifests, 'CronJob').metadata;
      expect(namespace).toMatch(/./);
      const pod = podOf(manifests);
      const there = (kind: string): readonly string[] =>
        ofKind(manifests, kind)
          .filter(({ metadata }) => metadata.namespace === namespace)
          .map(({ metadata }) => metadata.name);
      expect(there('ServiceAccount')).toEqual([pod.serviceAccountName]);
      const maps = pod.volumes.flatMap(({ configMap }) => (configMap === undefined ? [] : [configMap.name]));
      expect(maps).toEqual(['sessionkeep']);
      expect(there('ConfigMap')).toEqual(folder === 'base' ? [] : maps);
      for (const { volumeMounts, envFrom } of pod.containers) {
        const volumes = pod.volumes.map(({ name }) => name);
        for (const { name } of volumeMounts) expect(volumes).toContain(name);
        const secret = parse(read('examples/flux/secret.sops.example.yaml')) as Manifest;
        expect(envFrom.map(({ secretRef }) => secretRef.name)).toEqual([secret.metadata.name]);
      }
      for (const { metadata } of ofKind(manifests, 'NetworkPolicy'))
        expect(metadata.namespace).toBe(namespace);
      // Nobody makes, or prunes, a namespace that is not his own.
      expect(ofKind(manifests, 'Namespace').map(({ metadata }) => metadata.name)).toEqual(
        folder === 'overlays/pvc' ? [] : ['sessionkeep'],
      );
    });

    // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and more
    test('its pods have no rights on their node', async () => {
      const pod = podOf(await build(folder, ...chosen));
      const user = folder === 'overlays/pvc' ? 1000 : 1001;
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(Object.keys(pod).filter((key) => key.startsWith('host'))).toEqual([]);
      for (const { securityContext, resources, volumeMounts } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toMatchObject({
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { memory: '512Mi' },
        });
        const writable = volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name);
        expect(writable).toEqual(['tmp']);
      }
      for (const { name: _, ...volume } of pod.volumes)
        expect(['configMap', 'emptyDir', 'persistentVolumeClaim']).toContain(Object.keys(volume).join());
    });

    test('nobody reaches its pods, and they reach only what they need', async () => {
      const manifests = await build(folder, ...chosen);
      const policies = ofKind(manifests, 'NetworkPolicy') as unknown as {
        spec: {
          podSelector: { matchLabels: object };
          policyTypes: string[];
          ingress?: object[];
          egress: { ports: { protocol: string; port: number }[] }[];
        };
      }[];
      const { labels } = jobOf(manifests).template.metadata;
      for (const { spec } of policies) {
        expect(labels).toMatchObject(spec.podSelector.matchLabels);
        expect(spec.policyTypes).toContain('Egress');
        expect(spec.ingress ?? []).toEqual([]);
      }
      expect(policies.some(({ spec }) => spec.policyTypes.includes('Ingress'))).toBe(true);
      const ports = policies.flatMap(({ spec }) => spec.egress.flatMap((rule) => rule.ports));
      const reached = new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`));
      expect([...reached].sort()).toEqual(
        [
          'UDP 53',
          'TCP 53',
          'TCP 445',
          ...(podOf(manifests).automountServiceAccountToken === true && folder !== 'base'
            ? ['TCP 443', 'TCP 6443']
            : []),
          ...(chosen.includes('metrics') ? ['TCP 443', 'TCP 9091'] : []),
        ]
          .filter((port, at, all) => all.indexOf(port) === at)
          .sort(),
      );
    });
  },
);

test('the schemas would refuse what is wrong, and what there is not', async () => {
  const manifests = await build('overlays/pods');
  const wrong = (kind: string, change: (manifest: Manifest) => Manifest): readonly string[] =>
    schemaProblems(manifests.filter((manifest) => manifest.kind === kind).map(change));
  expect(wrong('Role', (role) => ({ ...role, rules: [{ verbs: 'get' }] }))).not.toEqual([]);
  expect(wrong('Role', (role) => ({ ...role, rulez: [] }))).not.toEqual([]);
  expect(wrong('NetworkPolicy', (policy) => ({ ...policy, spec: { policyTypes: 'Egress' } }))).not.toEqual(
    [],
  );
  expect(wrong('CronJob', (job) => ({ ...job, kind: 'CronJobs' }))).not.toEqual([]);
});

describe.each(overlays)('%s', (folder) => {
  const config = join(deploy, folder, 'sessionkeep.yaml');

  test('its sessionkeep.yaml is a configuration, and is what the ConfigMap holds', async () => {
    const { stdout, stderr } = sessionkeep('config', 'check', '--config', config);
    expect(stdout + stderr).toContain('SMB_PASSWORD is not set');
    // The volume is mounted nowhere but in the pod.
    const errors = stderr.split('\n').filter((line) => line.startsWith('error: '));
    expect(errors).toEqual(
      folder === 'overlays/pvc' ? [expect.stringContaining('.path: /sessions/projects does not exist')] : [],
    );
    const { data } = theOnly(await build(folder), 'ConfigMap') as unknown as { data: Record<string, string> };
    expect(data).toEqual({ 'sessionkeep.yaml': readFileSync(config, 'utf8') });
  });

  test('its CronJob is what `sessionkeep schedule cronjob` prints, and what the overlay adds', async () => {
    const base = theOnly(await build('base'), 'CronJob');
    const [, version = ''] = new RegExp(`${IMAGE}:(\\d+\\.\\d+\\.\\d+)$`).exec(
      podOf([base]).containers[0]!.image,
    )!;
    const image = `${IMAGE}:${version}`;
    const { stdout } = sessionkeep('schedule', 'cronjob', '--config', config, '--image', image);
    const printed = parse(stdout) as Manifest;
    const { namespace, ...metadata } = base.metadata;
    expect(namespace).toBe('sessionkeep');
    expect({ ...base, metadata }).toEqual(printed);
    expect(read('base/cron-job.yaml')).toContain(`\`sessionkeep schedule cronjob --image ${image}\``);
    // Only what the PVC needs is another, and of the schedule nothing.
    const { spec } = theOnly(await build(folder), 'CronJob') as unknown as {
      spec: { jobTemplate: { spec: { template: { spec: object } } } };
    };
    const plain = printed['spec'] as typeof spec;
    const changed = Object.entries(spec.jobTemplate.spec.template.spec)
      .filter(([key, value]) => {
        const before = (plain.jobTemplate.spec.template.spec as Record<string, unknown>)[key];
        return JSON.stringify(sorted(value)) !== JSON.stringify(sorted(before));
      })
      .map(([key]) => key)
      .sort();
    expect(changed).toEqual(
      folder === 'overlays/pvc'
        ? ['affinity', 'automountServiceAccountToken', 'containers', 'securityContext', 'volumes']
        : [],
    );
    expect({ ...spec, jobTemplate: null }).toEqual({ ...plain, jobTemplate: null });
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

describe('sources over exec', () => {
  interface Source {
    readonly namespace: string;
    readonly deployment: string;
  }
  const { sources } = parse(read('overlays/pods/sessionkeep.yaml')) as { sources: Record<string, Source> };
  const namespaces = [...new Set(Object.values(sources).map(({ namespace }) => namespace))].sort();

  test('each namespace with sources has a Role that allows exactly what they need, for those Deployments', async () => {
    const roles = ofKind(await build('overlays/pods'), 'Role');
    // Sources in namespaces of their own, and more than one.
    expect(namespaces.length).toBeGreaterThan(1);
    expect(namespaces).not.toContain('sessionkeep');
    expect(roles.map(({ metadata }) => metadata.namespace).sort()).toEqual(namespaces);
    for (const { metadata, rules } of roles) {
      const deployments = Object.values(sources).filter(({ namespace }) => namespace === metadata.namespace);
      expect(rules).toEqual([
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
        {
          apiGroups: ['apps'],
          resources: ['deployments'],
          resourceNames: deployments.map(({ deployment }) => deployment),
          verbs: ['get'],
        },
      ]);
    }
  });

  test('it is bound to the ServiceAccount of the backup, and to nobody else', async () => {
    const manifests = await build('overlays/pods');
    const { namespace } = theOnly(manifests, 'ServiceAccount').metadata;
    const bindings = ofKind(manifests, 'RoleBinding');
    expect(bindings.map(({ metadata }) => metadata.namespace).sort()).toEqual(namespaces);
    for (const { roleRef, subjects } of bindings) {
      expect(roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'sessionkeep' });
      expect(subjects).toEqual([
        { kind: 'ServiceAccount', name: podOf(manifests).serviceAccountName, namespace },
      ]);
    }
    expect(manifests.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
    expect(podOf(manifests).automountServiceAccountToken).toBe(true);
  });
});

describe('a source on a mounted volume', () => {
  test('the volume is read-only, and nothing is told to the API', async () => {
    const manifests = await build('overlays/pvc');
    const pod = podOf(manifests);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(theOnly(manifests, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
    expect(manifests.filter(({ kind }) => kind.includes('Role'))).toEqual([]);
    // Read-only by the claim: Kubernetes would else give its files to the group of the pod.
    expect(pod.volumes.filter(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)).toEqual([
      {
        name: 'sessions',
        persistentVolumeClaim: { claimName: expect.any(String) as string, readOnly: true },
      },
    ]);
    expect(pod.securityContext).not.toHaveProperty('fsGroup');
  });

  test('it is where the source is looked for, which says whose it is', async () => {
    const { sources } = parse(read('overlays/pvc/sessionkeep.yaml')) as {
      sources: Record<string, { type: string; path: string; origin?: string }>;
    };
    const [mount] = podOf(await build('overlays/pvc')).containers[0]!.volumeMounts.filter(
      ({ name }) => name === 'sessions',
    );
    expect(Object.values(sources)).toEqual([
      // Every run is on another machine, to its host name.
      expect.objectContaining({
        type: 'local',
        path: mount?.mountPath,
        origin: expect.stringMatching(/./) as string,
      }),
    ]);
  });
});

test('a sharded CronJob is as many pods as it says to them', async () => {
  const { completions, parallelism, template, ...rest } = jobOf(await build('overlays/pods', 'sharded'));
  expect(completions).toBeGreaterThan(1);
  expect([parallelism, template.spec.containers[0]!.args.at(-1)]).toEqual([
    completions,
    `--shards=${completions!.toString()}`,
  ]);
  expect(rest).toMatchObject({
    completionMode: 'Indexed',
    backoffLimitPerIndex: 1,
    podFailurePolicy: { rules: [{ action: 'FailIndex' }, { action: 'Ignore' }] },
  });
  expect(rest).not.toHaveProperty('backoffLimit');
});

describe('secrets', () => {
  const path = 'examples/flux/secret.sops.example.yaml';
  const secret = parse(read(path)) as Manifest & { stringData: Record<string, string> };

  test('the example is a Secret, has what the configurations ask for, and is no secret', async () => {
    expect(schemaProblems([secret])).toEqual([]);
    expect(secret.metadata).toMatchObject({ name: 'sessionkeep', namespace: 'sessionkeep' });
    const asked = overlays.flatMap((folder) =>
      [...read(`${folder}/sessionkeep.yaml`).matchAll(/\{ env: (\w+) \}/g)].map(([, name]) => name),
    );
    expect(Object.keys(secret.stringData)).toEqual([...new Set(asked)]);
    expect([...new Set(Object.values(secret.stringData))]).toEqual(['REPLACE_ME']);
    for (const line of read(path)
      .split('\n')
      .filter((text) => /^ {2}# \w+: /.test(text)))
      expect(line).toMatch(/^ {2}# SESSIONKEEP_(?:PING|WEBHOOK|PUSHGATEWAY)_URL: https:.*REPLACE_ME/);
  });

  test('nothing that is built has a Secret, and no file has a key or a password', async () => {
    for (const [folder, ...added] of builds)
      expect(ofKind(await build(folder, ...added), 'Secret')).toEqual([]);
    for (const file of globSync('**/{*,.*}', { cwd: deploy }).filter((name) => /\.\w+$/.test(name)))
      expect([file, read(file)]).toEqual([
        file,
        expect.not.stringMatching(
          /AGE-SECRET-KEY|BEGIN [A-Z ]*KEY|age1(?!REPLACE_ME)\w{10}|\/\/\w+:(?!REPLACE_ME)\w+@/,
        ),
      ]);
  });

  test('SOPS encrypts the values of what is named like the copy of the example', () => {
    const { creation_rules: rules } = parse(read('examples/flux/.sops.yaml')) as {
      creation_rules: { path_regex: string; encrypted_regex: string; age: string }[];
    };
    expect(rules).toHaveLength(1);
    const { path_regex: paths, encrypted_regex: keys, age } = rules[0]!;
    expect(new RegExp(paths).test('apps/sessionkeep/secret.sops.yaml')).toBe(true);
    expect(new RegExp(paths).test('apps/sessionkeep/secret.yaml')).toBe(false);
    expect(Object.keys(secret).filter((key) => new RegExp(keys).test(key))).toEqual(['stringData']);
    expect(age).toBe('age1REPLACE_ME');
  });
});

test('the Flux Kustomization is one by its schema, decrypts by SOPS, and makes no namespace of its own', async () => {
  const documents = parseAllDocuments(read('examples/flux/flux-kustomization.yaml'));
  const manifests = documents.map((document) => document.toJS() as Manifest);
  expect(schemaProblems(manifests)).toEqual([]);
  expect(manifests).toMatchObject([
    {
      kind: 'Kustomization',
      spec: { prune: true, decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } },
    },
  ]);
  // It would move the Roles out of the pods' namespaces.
  expect(manifests[0]?.['spec']).not.toHaveProperty('targetNamespace');
});

test('the pages say the same Role', () => {
  const [, printed = ''] =
    /^(apiVersion: rbac[^]*?)^```/m.exec(readFileSync(join(root, 'docs/kubernetes.md'), 'utf8')) ?? [];
  const ruleOf = ({ resourceNames: _, ...rule }: { resourceNames?: unknown }): object => rule;
  const rulesIn = (text: string): object[] => (parse(text) as { rules: object[] }).rules.map(ruleOf);
  expect(rulesIn(printed)).toEqual(rulesIn(read('overlays/pods/claudecodeui/role.yaml')));
});
