/**
 * A folder of an SMB share as a transport: Samba, Windows, macOS, a NAS. It connects by itself; nothing is mounted.
 *
 * @module
 */
export { openSmbTransport, type SmbAccess, type SmbOptions, type SmbWhere } from './open-smb-transport.js';
export { parseSmbUrl, placeName, smbOrigin, type SmbPlace } from './smb-place.js';
