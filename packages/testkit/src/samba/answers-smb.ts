import { connect } from 'node:net';

/** How long a server may take for its first answer. */
const PATIENCE_MS = 2_000;

/**
 * Whether an SMB server answers there: it is asked for its dialect (MS-SMB2 2.2.3), and any answer will do. Only to
 * connect is not enough, for the system accepts connections before the server can.
 */
export function answersSmb(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(negotiateRequest()));
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PATIENCE_MS, () => end(false));
    socket.once('data', (bytes) => end(bytes.includes('SMB')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
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
