export { describeTransportContract } from './describe-transport-contract.js';
export type { ContractOptions, Need, Opened, Outside } from './world.js';
export { openMemory } from './open-memory.js';
