/**
 * For testing what is built on transports: a disk in memory that can crash, be full, fold case or fail at any call; a recorder
 * of calls, to assert cost by; and small helpers. The contract suite is `@sessionkeep/testkit/contract`, generated sessions
 * are `@sessionkeep/testkit/corpus`.
 *
 * @module
 */
export { createMemoryDisk, MemoryDisk } from './memory/memory-disk.js';
export type { CrashOptions, DiskFile, MemoryDiskOptions } from './memory/disk-options.js';
export { DISK_EPOCH } from './memory/disk-options.js';
export type { MemoryTransport, MemoryTransportOptions } from './memory/memory-transport.js';
export { nodeSha256 } from './memory/node-sha256.js';
export { FaultInjector, withFaults, type FaultyTransport } from './faults/fault-injector.js';
export type { Fault, FaultKind, FaultPlan, FaultPoint } from './faults/fault-plan.js';
export { Recording, withRecorder, type RecordedCall, type RecordingTransport } from './recorder/recorder.js';
export { wrapTransport } from '@sessionkeep/core';
export { need } from './helpers/need.js';
export { at, collect, streamOf } from './helpers/streams.js';
