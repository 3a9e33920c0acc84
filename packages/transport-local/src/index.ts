export { localOrigin } from './local-origin.js';
export { nodeSha256 } from './node-sha256.js';
export { openLocalTransport, type LocalOptions } from './open-local-transport.js';
