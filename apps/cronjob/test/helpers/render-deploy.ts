import { kustomize } from '@sessionkeep/testkit/cluster';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument, stringify } from 'yaml';

const DEPLOY = fileURLToPath(new URL('../../../../deploy', import.meta.url));
const COMPONENTS = fileURLToPath(new URL('../kustomize', import.meta.url));
const IMAGE = 'ghcr.io/sessionkeep/sessionkeep-cronjob';

/** What somebody changes who copies `deploy/`, as its README says. */
export interface Deployed {
  /** Where the CronJob is to be; it may be there already. */
  readonly namespace: string;
  /** The image, as `NAME:TAG`. */
  readonly image: string;
  /** The text of `sessionkeep.yaml`. */
  readonly config: string;
  /** The keys of the Secret; null for none at all. */
  readonly secret: Readonly<Record<string, string>> | null;
  /** Where the sessions are. */
  readonly sources: InPods | OnVolume;
  /** Of `deploy/components`. */
  readonly components?: readonly ('metrics' | 'sharded')[];
  /** TCP ports that it may reach beside the usual ones: a share's, a receiver's. */
  readonly ports?: readonly number[];
  /** More variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** More fields of the container, or others: the command of an image that stands in, arguments. */
  readonly container?: object;
}

/** The overlay `pods`: Deployments, by their namespaces; each of these gets a Role. */
interface InPods {
  readonly deployments: Readonly<Record<string, readonly string[]>>;
}

/** The overlay `pvc`: a claim in the namespace of the CronJob, beside a pod with these labels, for a user. */
interface OnVolume {
  readonly claim: string;
  /** A folder of the volume. */
  readonly folder: string;
  readonly beside: Readonly<Record<string, string>>;
  readonly user: number;
}

/** What a cluster cannot do. */
export interface Lacks {
  /** It knows CronJobs only as `batch/v1beta1`. */
  readonly old: boolean;
  /** Where its pods find the API server, on the node's own network; null where they find it by themselves. */
  readonly api: { readonly host: string; readonly port: number } | null;
}

/** The overlay as kustomize builds it from a copy of `deploy/` with the changes, for a cluster that lacks something. */
export async function renderDeploy(deployed: Deployed, lacks: Lacks): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-deploy-'));
  try {
    cpSync(DEPLOY, join(folder, 'deploy'), { recursive: true });
    cpSync(COMPONENTS, join(folder, 'kustomize'), { recursive: true });
    changeCopy(join(folder, 'deploy'), deployed);
    writeOwn(join(folder, 'own'), deployed, lacks);
    writeLess(join(folder, 'less'), lacks);
    return await kustomize(join(folder, 'less'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As somebody edits the copy. */
function changeCopy(deploy: string, { namespace, config, sources, ports = [] }: Deployed): void {
  for (const name of readdirSync(deploy, { recursive: true, encoding: 'utf8' })) {
    const path = join(deploy, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(/namespace: sessionkeep\b/g, `namespace: ${namespace}`));
  }
  edit(join(deploy, 'base/network-policy.yaml'), ({ spec }) => {
    if (ports.length > 0) spec?.egress.push({ ports: ports.map((port) => ({ protocol: 'TCP', port })) });
  });
  const overlay = join(deploy, overlayOf(sources));
  writeFileSync(join(overlay, 'sessionkeep.yaml'), config);
  if ('deployments' in sources) changePods(overlay, sources);
  else changeVolume(overlay, namespace, sources);
}

function overlayOf(sources: Deployed['sources']): string {
  return 'deployments' in sources ? 'overlays/pods' : 'overlays/pvc';
}

function changePods(overlay: string, { deployments }: InPods): void {
  const examples = readdirSync(overlay).filter((name) => statSync(join(overlay, name)).isDirectory());
  const [example = ''] = examples;
  for (const [name, names] of Object.entries(deployments)) {
    const folder = join(overlay, `of-${name}`);
    cpSync(join(overlay, example), folder, { recursive: true });
    edit(join(folder, 'kustomization.yaml'), (written) => {
      written.namespace = name;
    });
    edit(join(folder, 'role.yaml'), ({ rules }) => {
      for (const rule of rules ?? []) if (rule.resourceNames !== undefined) rule.resourceNames = names;
    });
  }
  edit(join(overlay, 'kustomization.yaml'), (written) => {
    const rest = (written.resources ?? []).filter((name) => !examples.includes(name));
    written.resources = [...rest, ...Object.keys(deployments).map((name) => `of-${name}`)];
  });
}

function changeVolume(overlay: string, namespace: string, { claim, folder, beside, user }: OnVolume): void {
  edit(join(overlay, 'kustomization.yaml'), (written) => {
    written.namespace = namespace;
  });
  const path = join(overlay, 'cron-job.patch.yaml');
  const patch = parseDocument(readFileSync(path, 'utf8'));
  const pod = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  const term = ['affinity', 'podAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 0];
  const changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[] = [
    [[...term, 'labelSelector', 'matchLabels'], beside],
    [['securityContext', 'runAsUser'], user],
    [['securityContext', 'runAsGroup'], user],
    [['containers', 0, 'volumeMounts', 0, 'subPath'], folder],
    [['volumes', 0, 'persistentVolumeClaim', 'claimName'], claim],
  ];
  for (const [keys, value] of changes) {
    if (!patch.hasIn([...pod, ...keys])) throw new Error(`${path} has no ${keys.join('.')}`);
    patch.setIn([...pod, ...keys], value);
  }
  writeFileSync(path, patch.toString());
}

/** The kustomization of whoever uses the copy, and the Secret. */
function writeOwn(folder: string, deployed: Deployed, { api }: Lacks): void {
  const { image, secret, sources, components = [], container = {} } = deployed;
  mkdirSync(folder);
  if (secret !== null) {
    cpSync(join(folder, '../deploy/examples/flux/secret.sops.example.yaml'), join(folder, 'secret.yaml'));
    edit(join(folder, 'secret.yaml'), (written) => {
      written.stringData = secret;
    });
  }
  const env = {
    ...deployed.env,
    ...(api !== null && {
      KUBERNETES_SERVICE_HOST: api.host,
      KUBERNETES_SERVICE_PORT: api.port.toString(),
    }),
  };
  const changed = {
    name: 'sessionkeep',
    imagePullPolicy: 'IfNotPresent',
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ...container,
  };
  const patch = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'sessionkeep' },
    spec: { jobTemplate: { spec: { template: { spec: { containers: [changed] } } } } },
  };
  const at = image.lastIndexOf(':');
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [`../deploy/${overlayOf(sources)}`, ...(secret === null ? [] : ['secret.yaml'])],
    components: components.map((name) => `../deploy/components/${name}`),
    images: [{ name: IMAGE, newName: image.slice(0, at), newTag: image.slice(at + 1) }],
    patches: [{ target: { kind: 'CronJob' }, patch: stringify(patch) }],
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
}

function writeLess(folder: string, { old, api }: Lacks): void {
  mkdirSync(folder);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../own'],
    components: [
      ...(api === null ? [] : ['../kustomize/host-network']),
      ...(old ? ['../kustomize/kubernetes-1.20'] : []),
    ],
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
}

/** What is changed of a file in the copy. */
interface Written {
  namespace?: string;
  resources?: readonly string[];
  rules?: readonly { resourceNames?: readonly string[] }[];
  stringData?: Readonly<Record<string, string>>;
  readonly spec?: { readonly egress: object[] };
}

function edit(path: string, change: (written: Written) => void): void {
  const written = parse(readFileSync(path, 'utf8')) as Written;
  change(written);
  writeFileSync(path, stringify(written));
}
