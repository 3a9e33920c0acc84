/** What QUERY_INFO and SET_INFO are about (MS-SMB2 2.2.37). */
const InfoType = { file: 1, fileSystem: 2, security: 3 } as const;

/** A kind of information: its type, and its class in MS-FSCC 2.4 or 2.5. */
export interface InfoClass {
  readonly type: number;
  readonly id: number;
}

const file = (id: number): InfoClass => ({ type: InfoType.file, id });
const fileSystem = (id: number): InfoClass => ({ type: InfoType.fileSystem, id });

export const FILE_BASIC = file(4);
export const FILE_RENAME = file(10);
export const FILE_DISPOSITION = file(13);
export const FILE_END_OF_FILE = file(20);
export const FILE_NETWORK_OPEN = file(34);
export const FS_ATTRIBUTE = fileSystem(5);
export const FS_FULL_SIZE = fileSystem(7);
