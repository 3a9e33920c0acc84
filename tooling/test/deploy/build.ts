import { kustomize } from '@sessionkeep/testkit/cluster';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { root } from '../../workspace.mjs';

/** An object of Kubernetes, as far as every one is alike. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const deploy = join(root, 'deploy');

const built = new Map<string, Promise<readonly Manifest[]>>();

/** What a folder of `deploy/` is built to, with components as somebody would add them: in a kustomization of his own. */
export function build(folder: string, ...components: readonly string[]): Promise<readonly Manifest[]> {
  const key = [folder, ...components].join(' ');
  const before = built.get(key);
  if (before !== undefined) return before;
  const now = buildNow(folder, components);
  built.set(key, now);
  return now;
}

async function buildNow(folder: string, components: readonly string[]): Promise<readonly Manifest[]> {
  if (components.length === 0) return documents(await kustomize(join(deploy, folder)));
  const copy = mkdtempSync(join(tmpdir(), 'sessionkeep-deploy-'));
  try {
    cpSync(deploy, join(copy, 'deploy'), { recursive: true });
    const own = join(copy, 'deploy/own');
    mkdirSync(own);
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`../${folder}`],
      components: components.map((name) => `../components/${name}`),
    };
    writeFileSync(join(own, 'kustomization.yaml'), stringify(kustomization));
    return documents(await kustomize(own));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function documents(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
