import type { Transport } from '@sessionkeep/core';

/**
 * Hands on the medium itself, for what the port cannot bring about. Paths are relative to the transport's root; folders
 * above them are made. Whatever a medium cannot offer is left out and declared in {@link ContractOptions.without}.
 */
export interface Outside {
  /** Makes a symbolic link with this text, relative to the link's own folder. */
  link(path: string, text: string): Promise<void>;
  /** Makes a link to a file outside the root. The answer says whether that file is still as it was. */
  linkOut(path: string): Promise<() => Promise<boolean>>;
  /** Makes a link to a folder outside the root that holds one file, `inside.jsonl`. The answer says whether it is still as it was. */
  linkFolderOut(path: string): Promise<() => Promise<boolean>>;
  /** Makes a FIFO that nobody writes to. */
  pipe(path: string): Promise<void>;
  /** Takes the right to read a file or folder away from the transport. */
  makeUnreadable(path: string): Promise<void>;
  /** Makes a file whose name is no UTF-8 in this folder. */
  foreignName(folder: string): Promise<void>;
  /** Puts another file of one byte under an existing name, by a rename over it. */
  replace(path: string): Promise<void>;
}

/** A place to test in: empty, and nobody else's. */
export interface Opened {
  readonly transport: Transport;
  /** Another transport on the same place, as a second run would open. Closed by the suite. */
  readonly reopen?: () => Promise<Transport>;
  readonly outside?: Partial<Outside>;
  /** Called once after the transport was closed. */
  readonly cleanup: () => Promise<void>;
}

/** How the suite gets at a transport, and what it need not do. */
export interface ContractOptions {
  /** Called before each test. */
  readonly open: () => Promise<Opened>;
  /** Tests, by full name, that this transport does not pass, each with the reason. A name that no test has is an error. */
  readonly deviations?: Readonly<Record<string, string>>;
  /** Hooks of {@link Outside}, and `reopen`, that `open` does not give, each with the reason. */
  readonly without?: Readonly<Partial<Record<Need, string>>>;
}

/** What a test may need beside the port. */
export type Need = keyof Outside | 'reopen';

/** What a test gets. */
export interface World {
  readonly transport: Transport;
  readonly outside: Outside;
  /** A second transport on the same place. */
  readonly second: () => Promise<Transport>;
  /** Reports the test as not applicable, by name, with the reason. */
  readonly skip: (reason: string) => never;
}

/** One sentence of the port that can be tested. */
export interface Obligation {
  readonly name: string;
  readonly needs?: readonly Need[];
  readonly run: (world: World) => Promise<void>;
}

/** The sentences about one call. */
export interface Chapter {
  readonly name: string;
  readonly obligations: readonly Obligation[];
}
