import type { Negotiated } from '../connection/negotiate.js';
import type { Tree } from '../connection/tree.js';

/** What everything on one share works with. */
export interface ShareContext {
  readonly tree: Tree;
  readonly negotiated: Negotiated;
  readonly compounds: boolean;
  /** What one READ or WRITE carries at most, if the server takes it. */
  readonly requestSize: number;
}

/** How much of one large file is under way at a time, and so at most in memory. */
export const WINDOW = 8 * 1024 * 1024;

export function readSize({ tree, negotiated, requestSize }: ShareContext): number {
  return Math.min(requestSize, negotiated.maxRead, tree.connection.creditBytes);
}

export function writeSize({ tree, negotiated, requestSize }: ShareContext): number {
  return Math.min(requestSize, negotiated.maxWrite, tree.connection.creditBytes);
}
