import { connect } from 'node:net';

/** How long a server may take for its first answer. */
const PATIENCE_MS = 2_000;

/** What a server makes of the question for its dialect. One that has SMB1 only hangs up. */
export type SmbAnswer = 'smb' | 'hangs up' | 'none';

/**
 * Whether an SMB server answers there: it is asked for its dialect (MS-SMB2 2.2.3), and any answer will do, also that of
 * SMB1 alone, which is to hang up. Only to connect is not enough, for the system accepts connections before the server can.
 */
export function answersSmb(host: string, port: number): Promise<SmbAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(negotiateRequest()));
    const end = (answer: SmbAnswer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE_MS, () => end('none'));
    socket.once('data', (bytes) => end(bytes.includes('SMB') ? 'smb' : 'none'));
    socket.once('end', () => end('hangs up'));
    socket.once('error', () => end('none'));
    socket.once('close', () => end('none'));
  });
}

function negotiateRequest(): Buffer {
  const dialects = [0x0202, 0x0210, 0x0300, 0x0302];
  const message = Buffer.alloc(64 + 36 + 2 * dialects.length);
  message.writeUInt32BE(0xfe534d42, 0);
  message.writeUInt16LE(64, 4);
  message.writeUInt16LE(36, 64);
  message.writeUInt16LE(dialects.length, 66);
  message.writeUInt16LE(1, 68);
  dialects.forEach((dialect, index) => message.writeUInt16LE(dialect, 100 + 2 * index));
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(message.length);
  return Buffer.concat([frame, message]);
}
