/**
 * Pods on a real Kubernetes cluster for tests: in a namespace of their own that is gone afterwards, also where a run was killed. Any
 * cluster will do that `KUBECONFIG` names and where namespaces may be made; `kubectl` does all of it.
 *
 * `KUBECONFIG_V5` may name a second way to a cluster, whose API server speaks exec v5.
 *
 * @module
 */
export { CLUSTER_WAYS, needCluster, noCluster, type ClusterWay } from './cluster/needs.js';
export type { Cluster, ExecOptions, PodOptions } from './cluster/cluster-options.js';
export { kustomize, needKustomize, noKustomize } from './cluster/kustomize.js';
export { openCluster } from './cluster/open-cluster.js';
export { runPod } from './cluster/run-pod.js';
