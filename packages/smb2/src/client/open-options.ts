import type { CallOptions } from './connect-options.js';
import { Access, CreateOption, Disposition, Share } from '../wire/open-options.js';

/** What is done about a file that is there, or is not. */
export type OpenMode =
  /** It must be there. */
  | 'open'
  /** It must not be there. */
  | 'create'
  | 'open-or-create'
  /** It must be there, and is cut to nothing. */
  | 'truncate'
  /** As `truncate`, or made. */
  | 'create-or-truncate'
  /** As `create-or-truncate`, and the new file keeps nothing of the old one, neither attributes nor streams. */
  | 'supersede';

export interface OpenOptions extends CallOptions {
  /** Default `open`. */
  readonly mode?: OpenMode;
  /** What the handle is for. `delete` also lets it be renamed. Default `['read']`. */
  readonly access?: readonly ('read' | 'write' | 'delete')[];
  /** What others may do meanwhile; `[]` is nothing, and then whoever tries gets `busy`. Default all three. */
  readonly share?: readonly ('read' | 'write' | 'delete')[];
  /**
   * The server removes the file when the handle is closed or the connection ends. Needs `delete`. It makes no lock with
   * `share: []`: Samba may still open a file for somebody while it is removing it, and remove by name what is there then.
   */
  readonly deleteOnClose?: boolean;
  /** Each write is on the medium when it is answered. */
  readonly writeThrough?: boolean;
}

const DISPOSITIONS: Readonly<Record<OpenMode, Disposition>> = {
  open: Disposition.open,
  create: Disposition.create,
  'open-or-create': Disposition.openIf,
  truncate: Disposition.overwrite,
  'create-or-truncate': Disposition.overwriteIf,
  supersede: Disposition.supersede,
};

const ACCESS = {
  read: Access.readData | Access.readExtended | Access.readAttributes,
  write: Access.writeData | Access.appendData | Access.writeAttributes | Access.readAttributes,
  delete: Access.delete | Access.readAttributes,
} as const;

export const ALL_SHARED = Share.read | Share.write | Share.delete;

/** How CREATE says it. */
export interface CreateWords {
  readonly access: number;
  readonly share: number;
  readonly disposition: Disposition;
  readonly options: number;
}

export function createWords(options: OpenOptions): CreateWords {
  const { mode = 'open', access = ['read'], share, deleteOnClose = false, writeThrough = false } = options;
  return {
    access: access.reduce((bits, right) => bits | ACCESS[right], Access.readControl | Access.synchronize),
    share: share === undefined ? ALL_SHARED : share.reduce((bits, right) => bits | Share[right], 0),
    disposition: DISPOSITIONS[mode],
    options:
      CreateOption.notFolder |
      (deleteOnClose ? CreateOption.deleteOnClose : 0) |
      (writeThrough ? CreateOption.writeThrough : 0),
  };
}
