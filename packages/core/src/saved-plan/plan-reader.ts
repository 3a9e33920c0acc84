import type { Sha256 } from '../hash/sha256.js';
import { ChainReader, type ChainItem } from '../ledger/chain-reader.js';
import { GENESIS } from '../ledger/line.js';
import { decodePlanLine } from './decode-plan-line.js';
import type { PlanLine } from './plan-line.js';
import { PlanOrder } from './plan-order.js';

/** Why a file is no plan that could be executed. */
export interface PlanProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
  /** Written by a later version. */
  readonly unsupported: boolean;
}

/**
 * Reads a saved plan from chunks of any size: pure, and flat in memory. Lines are chained as a ledger's are, so that a plan
 * that was cut off, edited or damaged is found to be; whoever forges one forges the chain too, so nothing in it is trusted.
 *
 * @example
 * import { createReadStream } from 'node:fs';
 *
 * const reader = new PlanReader(sha256);
 * for await (const chunk of createReadStream('plan.jsonl'))
 *   for (const line of reader.push(chunk as Uint8Array)) console.log(line.kind);
 * for (const line of reader.end()) console.log(line.kind);
 * if (reader.problem !== null) console.log(`line ${reader.problem.line}: ${reader.problem.reason}`);
 */
export class PlanReader {
  private readonly order = new PlanOrder();
  private readonly chain: ChainReader<PlanLine>;
  private over = false;

  constructor(sha256: Sha256) {
    this.chain = new ChainReader(sha256, decodePlanLine, GENESIS, (line) => this.order.take(line));
  }

  /** The lines that this chunk completes and confirms. */
  push(chunk: Uint8Array): Generator<PlanLine, void> {
    return values(this.chain.push(chunk));
  }

  /** There are no more bytes. */
  *end(): Generator<PlanLine, void> {
    yield* values(this.chain.end());
    this.over = true;
  }

  /** Bytes up to the end of the line that was given last, and its digest: where the next one begins. */
  get reached(): { readonly bytes: number; readonly head: string } {
    return { bytes: this.chain.validBytes, head: this.chain.head ?? GENESIS };
  }

  /** What is wrong so far; after {@link end} also that it is not whole. */
  get problem(): PlanProblem | null {
    const { damage, lines, tornBytes } = this.chain;
    if (damage !== null) return damage;
    if (!this.over || (this.order.isOver && tornBytes === 0)) return null;
    const line = lines + 1;
    if (lines === 0 && tornBytes === 0) return { line, reason: 'the file is empty', unsupported: false };
    return { line, reason: 'it is cut off: its last line is not there', unsupported: false };
  }
}

function* values(items: Iterable<ChainItem<PlanLine>>): Generator<PlanLine, void> {
  for (const { value } of items) yield value;
}
