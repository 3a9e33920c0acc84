/**
 * A folder in a container of a Kubernetes pod as a transport, over `exec`: nothing is installed there, and no byte that is lost on
 * the way goes unnoticed.
 *
 * @module
 */
export { openKubernetesTransport, type KubernetesOptions } from './open-kubernetes-transport.js';
export type { ExecPatience } from './exec/exec-target.js';
