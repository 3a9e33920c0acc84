export { describeTransportContract } from './describe-transport-contract.js';
export type { ContractOptions, Need, Opened, Outside } from './world.js';
