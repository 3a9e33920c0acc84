import type { PodOptions } from './cluster-options.js';

/** Somebody who may read only what is his, or given to all. */
const NOBODY = 65_534;
const HOME = '/home/user';
/** Waits, and ends when told to: what is the first process gets no signal that it does not ask for. */
const WAIT = 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done';

/** A pod that waits to be told what to do. */
export function podManifest(
  name: string,
  image: string,
  { container, spec, labels = {} }: PodOptions,
): { metadata: object; spec: object } {
  const main = {
    name: 'main',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', WAIT],
    env: [{ name: 'HOME', value: HOME }],
    volumeMounts: [{ name: 'home', mountPath: HOME }],
    ...container,
  };
  return {
    metadata: { name, labels },
    spec: {
      securityContext: { runAsUser: NOBODY, runAsGroup: NOBODY },
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      containers: [main],
      volumes: [{ name: 'home', emptyDir: {} }],
      ...spec,
    },
  };
}
