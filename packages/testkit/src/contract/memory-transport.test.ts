import { describeTransportContract, openMemory } from './index.js';

describeTransportContract('a disk in memory', { open: () => openMemory() });
