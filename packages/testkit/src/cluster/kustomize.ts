import { execFileSync } from 'node:child_process';
import { need } from '../helpers/need.js';
import { findProgram } from '../samba/programs.js';
import { runKubectl } from './run-kubectl.js';

/** Older ones know no components, patches or replacements; kubectl has it from 1.22 on. */
const OLDEST = 4;

/** The objects of a kustomization, as `kubectl kustomize` prints them: YAML documents. Throws with what it complained of. */
export function kustomize(folder: string): Promise<string> {
  return runKubectl(['kustomize', folder]);
}

/**
 * Ends a test where no kustomization can be built: as skipped, with the reason. Under `CI=true` it fails instead, so that no run
 * passes by leaving tests out.
 */
export function needKustomize(context: { skip(note?: string): void }): void {
  need(context, noKustomize());
}

/** Why no kustomization can be built; null when one can. No cluster is needed for it. */
export function noKustomize(): string | null {
  known ??= { obstacle: whyNoKustomize() };
  return known.obstacle;
}

/** What was found out once. */
let known: { readonly obstacle: string | null } | undefined;

function whyNoKustomize(): string | null {
  const kubectl = findProgram('kubectl');
  if (kubectl === null) return 'kubectl is not installed';
  try {
    const said = execFileSync(kubectl, ['version', '--client', '-o', 'json'], { stdio: 'pipe' }).toString();
    const { kustomizeVersion = 'v2' } = JSON.parse(said) as { readonly kustomizeVersion?: string };
    const major = Number(/^v(\d+)\./.exec(kustomizeVersion)?.[1] ?? 2);
    if (major >= OLDEST) return null;
    return `kubectl is too old: its kustomize is ${kustomizeVersion}, and version ${OLDEST} is needed`;
  } catch (cause) {
    return `kubectl does not say its version: ${String(cause)}`;
  }
}
