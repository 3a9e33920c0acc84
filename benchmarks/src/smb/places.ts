import { join } from 'node:path';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { startSamba, type Samba, type SambaOptions } from '@sessionkeep/testkit/samba';
import { FAR_ROUND_TRIP_MS, type Mode } from './tasks.js';

/** A server, and ways to it. */
export interface Place {
  readonly mode: Mode;
  readonly samba: Samba<'share'>;
  /** The share's folder on the disk. */
  readonly folder: string;
  /** Counts what passes. */
  readonly counting: FaultProxy;
  /** Delays what passes. */
  readonly far: FaultProxy;
}

/** Where a contender goes. */
export interface Address {
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** User and password as smbclient reads them. */
  readonly authFile: string;
}

export const SHARE = 'share';

/** A server that signs or encrypts takes nothing else, so that nobody is measured in a mode that is not theirs. */
const SERVERS: Readonly<Record<Mode, SambaOptions<'share'>>> = {
  unsigned: {},
  signed: { signing: 'mandatory' },
  encrypted: { encrypt: 'required' },
};

/** Starts a server for a mode; all of it lies within a folder. */
export async function startPlace(mode: Mode, within: string): Promise<Place> {
  const samba = await startSamba({ ...SERVERS[mode], within });
  const counting = await startFaultProxy({ to: samba });
  const far = await startFaultProxy({ to: samba, roundTripMilliseconds: FAR_ROUND_TRIP_MS });
  return { mode, samba, counting, far, folder: samba.folders.share };
}

export async function stopPlace({ samba, counting, far }: Place): Promise<void> {
  await counting.close();
  await far.close();
  await samba.stop();
}

/** The server itself, or through one of its proxies; in the server's mode, or one that it takes. */
export function addressOf(
  { mode: ofServer, samba }: Place,
  to: { readonly host: string; readonly port: number } = samba,
  mode: Mode = ofServer,
): Address {
  const { user, password, authFile } = samba;
  return { mode, host: to.host, port: to.port, user, password, authFile };
}

/** A contender's folder on the share, as the disk has it. */
export function folderOn(place: Place, name: string): string {
  return join(place.folder, name);
}
