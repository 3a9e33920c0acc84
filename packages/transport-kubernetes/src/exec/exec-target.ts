/** A container that commands are run in. */
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** How long is waited, in milliseconds. */
export interface ExecPatience {
  /** For a connection, until it can be talked over. */
  readonly connect: number;
  /** For a command that is expected to say something. */
  readonly answer: number;
  /** Between two signs of life that the server is asked for; three without an answer are the end. */
  readonly heartbeat: number;
  /** That a file under way stays in the pod when its writer is lost, to be gone on with. */
  readonly linger: number;
}

/** What serves on a network that is neither fast nor good. */
export const PATIENCE: ExecPatience = { connect: 30_000, answer: 120_000, heartbeat: 15_000, linger: 60_000 };
