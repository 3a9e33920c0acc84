import { readdirSync, readFileSync } from 'node:fs';

/** A frame that went over the wire between a real client and a real server, after the TCP prefix. */
export interface GoldenFrame {
  readonly from: 'client' | 'server';
  /** Its commands and which of their kind it is in its direction, e.g. `create+close.2`; `sealed.3` if encrypted. */
  readonly name: string;
  readonly bytes: Buffer;
}

const FOLDER = new URL('./golden/', import.meta.url);

/** All frames of a recorded session in order; see `golden/README.md`. */
export function goldenSession(session: string): readonly GoldenFrame[] {
  return readFileSync(new URL(`${session}.txt`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [direction, name = '', hex = ''] = line.split(' ');
      return { from: direction === '>' ? 'client' : 'server', name, bytes: Buffer.from(hex, 'hex') };
    });
}

/** The names of all sessions. */
export function goldenSessions(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -'.txt'.length))
    .sort();
}

/** One frame of a session, e.g. `> create.1` for a request, `< create.1` for a response. */
export function golden(session: string, wanted: string): Buffer {
  const frame = goldenSession(session).find(
    ({ from, name }) => `${from === 'client' ? '>' : '<'} ${name}` === wanted,
  );
  if (frame === undefined) throw new Error(`no ${wanted} in ${session}`);
  return Buffer.from(frame.bytes);
}
