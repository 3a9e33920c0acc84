import { hostname } from 'node:os';
import { runKubectl } from './run-kubectl.js';

const LABEL = 'app.kubernetes.io/managed-by';
const OURS = 'sessionkeep-tests';
const HOST = 'sessionkeep.test/host';
const PROCESS = 'sessionkeep.test/process';
/** No run takes so long, in milliseconds. */
const LONGEST_RUN = 3 * 60 * 60 * 1000;

interface Listed {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly creationTimestamp: string;
      readonly deletionTimestamp?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
  }[];
}

/** Makes a namespace that says whose it is. */
export async function makeNamespace(name: string): Promise<void> {
  const annotations = { [HOST]: hostname(), [PROCESS]: String(process.pid) };
  const manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [LABEL]: OURS }, annotations },
  };
  await runKubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) });
}

/** Removes what runs have left behind that were killed: on this machine, or long ago. */
export async function removeLeftovers(): Promise<void> {
  const text = await runKubectl(['get', 'namespaces', '-l', `${LABEL}=${OURS}`, '-o', 'json']);
  const left = (JSON.parse(text) as Listed).items.filter(({ metadata }) => {
    const { creationTimestamp, deletionTimestamp, annotations = {} } = metadata;
    if (deletionTimestamp !== undefined) return false;
    if (Date.now() - Date.parse(creationTimestamp) > LONGEST_RUN) return true;
    return annotations[HOST] === hostname() && !isAlive(Number(annotations[PROCESS]));
  });
  if (left.length > 0) await runKubectl(removal(left.map(({ metadata }) => metadata.name)));
}

/** The cluster does the rest by itself. */
export function removal(names: readonly string[]): readonly string[] {
  return ['delete', 'namespace', ...names, '--ignore-not-found', '--wait=false'];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
