import type { OpenFile } from './open-files.js';

/** A dialect as Samba names it. */
export type SmbDialect = 'SMB2_02' | 'SMB2_10' | 'SMB3_00' | 'SMB3_02' | 'SMB3_11';

/** One share; without options it can be read and written and ignores case, as Samba's shares do. */
export interface ShareOptions {
  readonly readOnly?: boolean;
  /** The share takes only encrypted requests. */
  readonly encrypt?: 'required';
  /** `yes`: `a` and `A` are two files; `no`: one; `auto`, Samba's rule: as the client says. Samba's default: `auto`. */
  readonly caseSensitive?: 'yes' | 'no' | 'auto';
  /** Gives the share a small file system in memory that holds so many bytes; see {@link noSmallDisk}. */
  readonly diskBytes?: number;
  /** Further lines of the share's section in smb.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How a server is set up; what is left out is as a freshly installed Samba has it. */
export interface SambaOptions<Share extends string = string> {
  /** Only signed requests are taken, or signing is not offered to dialects below 3. */
  readonly signing?: 'mandatory' | 'disabled';
  /** Only encrypted requests are taken, or encryption is not offered. */
  readonly encrypt?: 'required' | 'off';
  readonly minProtocol?: SmbDialect;
  readonly maxProtocol?: SmbDialect;
  /** Every share by its name. Without them there is one, `share`. */
  readonly shares?: Readonly<Record<Share, ShareOptions>>;
  /** Who may sign in: a user of this system. Otherwise who runs this process; another one needs root. */
  readonly user?: string;
  /** Invented when left out. */
  readonly password?: string;
  /** Where the server's temporary folder is made; the system's otherwise. */
  readonly within?: string;
  /** Samba's `log level`; 1 when left out. */
  readonly logLevel?: number;
  /** Further lines of smb.conf's `[global]` section. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface Samba<Share extends string = string> {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** User and password as `smbclient -A` reads them. */
  readonly authFile: string;
  /** Each share's folder on the disk. */
  readonly folders: Readonly<Record<Share, string>>;

  /** SIGKILL for the server and all its children, as a crash or a power cut ends them: nobody says goodbye to clients. */
  kill(): Promise<void>;

  /** Starts the server again on the same port, with the same users and files; kills it first where it runs. */
  restart(): Promise<void>;

  /** Stops all its processes where they are: connections stay open and nothing is answered. */
  freeze(): void;

  /** Lets frozen processes go on. */
  thaw(): void;

  /** What clients hold open, files and folders, while the server runs; see {@link noOpenFiles}. */
  openFiles(): Promise<readonly OpenFile[]>;

  /** What the server has written to its log. */
  log(): string;

  /**
   * Kills the server and removes its folder and its disks; may be called again. What is not stopped when the process
   * exits is stopped then.
   */
  stop(): Promise<void>;

  /** Stops it, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}
