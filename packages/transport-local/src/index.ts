/**
 * Folders of this machine, mounted shares among them, as a transport; with Node's SHA-256, and what tells one machine's folder
 * from another's.
 *
 * @module
 */
export { localOrigin } from './local-origin.js';
export { nodeSha256 } from './node-sha256.js';
export { openLocalTransport, type LocalOptions } from './open-local-transport.js';
export { examineDisk } from './examine-disk.js';
