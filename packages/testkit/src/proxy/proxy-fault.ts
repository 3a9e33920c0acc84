/** `up`: from the client to the server; `down`: the server's answers. */
export type Direction = 'up' | 'down';

/**
 * A place in one direction of a connection. `byte` counts from 0. `message` counts from 1, and means its first byte; a
 * message is a length in four bytes, most significant first, of which the first is no part of it, and so many bytes,
 * as SMB over TCP has it (MS-SMB2 2.1).
 */
export type Place = { readonly byte: number } | { readonly message: number };

/** What happens to a connection; bytes before the place of a cut or a freeze have been passed on. */
export type ProxyFault = {
  readonly direction: Direction;
  /** Only to the connection of that number, from 1; otherwise to all. */
  readonly connection?: number;
} & (
  | {
      /** Ends the connection to both sides once the byte at that place comes: as a lost one, or (`end`) as a closed one. */
      readonly kind: 'cut';
      readonly at: Place;
      readonly how?: 'reset' | 'end';
    }
  /** From that place on nothing is passed on; the connection stays open. */
  | { readonly kind: 'freeze'; readonly at: Place }
  /** Changes the byte at that offset by XOR with `mask`; 0xff when left out. */
  | { readonly kind: 'flip'; readonly byte: number; readonly mask?: number }
  /** Hands everything on in portions of so many bytes, or of 1 to `most` drawn from `seed`. */
  | { readonly kind: 'split'; readonly most: number; readonly seed?: number }
  /** Parts what comes together at that place. */
  | { readonly kind: 'split-at'; readonly byte: number }
  /** Holds what comes for so long, and hands it on as one portion. */
  | { readonly kind: 'merge'; readonly milliseconds: number }
);

/** A fault of one kind. */
export type FaultOf<Kind extends ProxyFault['kind']> = Extract<ProxyFault, { readonly kind: Kind }>;
