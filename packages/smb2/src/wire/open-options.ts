/** Access masks for files and folders (MS-SMB2 2.2.13.1). */
export const Access = {
  readData: 0x0000_0001,
  writeData: 0x0000_0002,
  appendData: 0x0000_0004,
  readExtended: 0x0000_0008,
  writeExtended: 0x0000_0010,
  deleteChild: 0x0000_0040,
  readAttributes: 0x0000_0080,
  writeAttributes: 0x0000_0100,
  delete: 0x0001_0000,
  readControl: 0x0002_0000,
  synchronize: 0x0010_0000,
  maximumAllowed: 0x0200_0000,
} as const;

/** What others may do while the file is open (MS-SMB2 2.2.13). */
export const Share = { read: 1, write: 2, delete: 4 } as const;

/** What to do about a file that is there, or is not (MS-SMB2 2.2.13). */
export const Disposition = {
  /** Replace it, or make it; loses attributes and streams, unlike `overwriteIf`. */
  supersede: 0,
  /** Open it; it must be there. */
  open: 1,
  /** Make it; it must not be there. */
  create: 2,
  openIf: 3,
  /** Open it and cut it to nothing; it must be there. */
  overwrite: 4,
  overwriteIf: 5,
} as const;

export type Disposition = (typeof Disposition)[keyof typeof Disposition];

/** MS-SMB2 2.2.13. */
export const CreateOption = {
  folder: 0x0000_0001,
  writeThrough: 0x0000_0002,
  sequentialOnly: 0x0000_0004,
  notFolder: 0x0000_0040,
  deleteOnClose: 0x0000_1000,
  /** Open a link itself, not what it leads to. */
  openReparsePoint: 0x0020_0000,
} as const;

/** What CREATE did (MS-SMB2 2.2.14). */
export const CreateAction = { superseded: 0, opened: 1, created: 2, overwritten: 3 } as const;

/** The bits of a file's attributes (MS-FSCC 2.6). */
export const Attribute = {
  readOnly: 0x0001,
  hidden: 0x0002,
  system: 0x0004,
  folder: 0x0010,
  archive: 0x0020,
  normal: 0x0080,
  temporary: 0x0100,
  sparse: 0x0200,
  reparsePoint: 0x0400,
  compressed: 0x0800,
  offline: 0x1000,
  encrypted: 0x4000,
} as const;
