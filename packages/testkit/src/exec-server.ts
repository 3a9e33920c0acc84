/**
 * An API server for tests that does exec over WebSocket as Kubernetes does (v4 and v5), with real commands on this machine, and
 * does it as badly as it is told: output that is lost under the status Success, input that is cut, connections that break or
 * stall. With it come the requests by which a pod is found. `kubectl exec` works against it.
 *
 * @module
 */
export { startExecServer } from './exec-server/start-exec-server.js';
export type {
  AccessAttributes,
  ExecProtocol,
  ExecServer,
  ExecServerOptions,
  ServedPod,
  ServedWorkload,
} from './exec-server/exec-server-options.js';
export { INPUT_CUT, type Misbehaviour } from './exec-server/misbehaviour.js';
export { noBusyBox, type Userland } from './exec-server/userland.js';
