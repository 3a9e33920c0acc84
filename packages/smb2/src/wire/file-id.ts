/** An open file as the server names it (MS-SMB2 2.2.14.1): 16 bytes that mean nothing to a client. */
export type FileId = Buffer;

export const FILE_ID_SIZE = 16;

/** In a related part of a compound: the file that the part before has opened (MS-SMB2 3.2.4.1.4). */
export const PREVIOUS_FILE: FileId = Buffer.alloc(FILE_ID_SIZE, 0xff);
