export { describeTransportContract } from './describe-transport-contract.js';
export { openDisk } from './open-disk.js';
export { openMemory } from './open-memory.js';
export type { ContractOptions, Need, Opened, Outside } from './world.js';
