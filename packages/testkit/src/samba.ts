/**
 * A Samba server of one's own for tests: started on loopback in a temporary folder, without root's services, and gone
 * afterwards. It can be frozen, killed and started again, and tells which files its clients hold open.
 *
 * Needs Samba's `smbd` and `pdbedit` (Debian: `samba`), and to tell open files its `smbstatus`, of Samba 4.17 or later, and
 * root. Without root the server runs as, and knows only, the user who starts it, and no share has a disk of its own.
 *
 * @module
 */
export { needSamba, noOpenFiles, noSamba, noSmallDisk, type SambaNeeds } from './samba/needs.js';
export type { OpenFile } from './samba/open-files.js';
export type { Samba, SambaOptions, ShareOptions, SmbDialect } from './samba/samba-options.js';
export { startSamba } from './samba/start-samba.js';
