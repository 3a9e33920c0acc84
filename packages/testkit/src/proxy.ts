/**
 * A TCP proxy that does to a connection what networks do: cuts it, freezes it, delays it, changes a bit, and hands bytes
 * on in other portions than they came in. It counts what passes, both ways. It knows nothing of what is said but, for
 * protocols that frame messages as SMB does, where one ends.
 *
 * @module
 */
export type { Direction, Place, ProxyFault } from './proxy/proxy-fault.js';
export {
  startFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
  type Traffic,
} from './proxy/fault-proxy.js';
