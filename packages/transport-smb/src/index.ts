/**
 * A folder of an SMB share as a transport: Samba, Windows, macOS, a NAS. It connects by itself; nothing is mounted.
 *
 * @module
 */
export { openSmbTransport } from './open-smb-transport.js';
export type { SmbAccess, SmbOptions, SmbWhere } from './smb-options.js';
export { examineShare } from './examine/examine-share.js';
