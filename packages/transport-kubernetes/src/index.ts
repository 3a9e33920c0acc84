/**
 * A folder in a container of a Kubernetes pod as a transport, over `exec`: nothing is installed there, and no byte that is lost on
 * the way goes unnoticed.
 *
 * @module
 */
export { openKubernetesTransport, type KubernetesOptions } from './open-kubernetes-transport.js';
export type { Compress } from './compression.js';
export type { ExecPatience } from './exec/exec-target.js';
export { findPods } from './find/find-pods.js';
export type { FoundPod, FoundPods, PodQuery, SkippedPod } from './find/pod-query.js';
export { neededRights, reviewAccess, roleYaml, type ReviewedRight, type Right } from './find/access.js';
export { contextNamespace, loadCluster, type ClusterOptions } from './find/load-cluster.js';
export { examinePods } from './find/examine-pods.js';
