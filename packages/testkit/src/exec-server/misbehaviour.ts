/**
 * What an exec does wrong. `after` counts bytes of standard output (of input for `cut-input`), and none means at once.
 *
 * - `lose-output`: what follows is lost, the command is forgotten, and the status says Success.
 * - `disconnect`: the connection breaks without a closing handshake (1006).
 * - `stall`: nothing comes any more, not even an answer to a ping, and nothing is said.
 * - `kill`: the command dies as with its pod; the status says so (137).
 * - `cut-input`: input that follows is thrown away.
 * - `status-first`: the status says Success before the first byte.
 * - `early-status`: the status says Success there, and the rest follows.
 * - `noise`: standard error has lines all along.
 * - `crumbs`: every frame has one byte; `empty` ones lie between them.
 * - `lose-middle`: `bytes` bytes are missing there, and the rest follows.
 * - `refuse`: no exec at all but this HTTP status, with `message` in a Status.
 */
export type Misbehaviour =
  | {
      readonly kind: 'lose-output' | 'disconnect' | 'stall' | 'kill' | 'early-status';
      readonly after?: number;
    }
  | { readonly kind: 'cut-input'; readonly after?: number }
  | { readonly kind: 'lose-middle'; readonly after: number; readonly bytes: number }
  | { readonly kind: 'status-first' | 'noise' | 'crumbs' }
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string };

/** Where containerd was seen to cut the input of an exec. */
export const INPUT_CUT = 192 * 1024;
