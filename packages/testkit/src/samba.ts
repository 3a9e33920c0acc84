/**
 * A Samba server of one's own for tests: started on loopback in a temporary folder, without root's services, and gone
 * afterwards. It can be frozen, killed and started again, and tells which files its clients hold open.
 *
 * Needs Samba's `smbd`, `pdbedit` and, for open files, `smbstatus` (Debian: `samba`). As root everything works, and a
 * share may have a small disk of its own; otherwise the server runs as, and knows only, the user who starts it.
 *
 * @module
 */
export { needSamba, noSamba, noSmallDisk } from './samba/needs.js';
export type { OpenFile } from './samba/open-files.js';
export type { Samba, SambaOptions, ShareOptions, SmbDialect } from './samba/samba-options.js';
export { startSamba } from './samba/start-samba.js';
