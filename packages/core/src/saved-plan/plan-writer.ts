import type { Sha256 } from '../hash/sha256.js';
import { encodeChained } from '../ledger/encode-line.js';
import { GENESIS } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import type { Step, TargetEntry } from '../plan/step.js';
import {
  PLAN_FORMAT,
  type PlanEnd,
  type PlanLine,
  type PlannedSource,
  type PlannedStep,
  type PlannedTarget,
  type PlanSection,
} from './plan-line.js';
import { PlanOrder } from './plan-order.js';

/**
 * Encodes a saved plan, line after line, each as it goes into the file: the header, then for every repo its section and its
 * steps in path order, then the end. Throws on lines that no reader would take in that order.
 */
export class PlanWriter {
  private readonly order = new PlanOrder();
  private head = GENESIS;

  constructor(private readonly sha256: Sha256) {}

  /**
   * Begins the plan.
   *
   * @param at ISO 8601 UTC with milliseconds
   */
  header(version: string, at: string): Uint8Array {
    return this.encode({ kind: 'plan', format: PLAN_FORMAT, version, at });
  }

  /** Opens the part of one repo. */
  section(section: PlanSection): Uint8Array {
    return this.encode(section);
  }

  /** Adds a step to the repo's part, behind those of lower paths. */
  step(step: PlannedStep): Uint8Array {
    return this.encode(step);
  }

  /** Closes the plan: it is whole. */
  end(): Uint8Array {
    return this.encode(this.order.end);
  }

  /** What was written so far. */
  get totals(): Omit<PlanEnd, 'kind'> {
    const { repos, steps, bytes } = this.order.end;
    return { repos, steps, bytes };
  }

  private encode(line: PlanLine): Uint8Array {
    const problem = this.order.take(line);
    if (problem !== null) throw new Error(`wrote a line of a plan that nobody would read: ${problem}`);
    const { bytes, sha256 } = encodeChained(line, this.head, this.sha256);
    this.head = sha256;
    return bytes;
  }
}

/** What a saved plan says of a step. */
export function plannedStep({ path, outcome, reason, bytes, alarm, source, target }: Step): PlannedStep {
  return {
    kind: 'step',
    path,
    outcome,
    reason,
    bytes,
    alarm,
    source: source ? plannedSource(source) : null,
    target: target ? plannedTarget(target) : null,
  };
}

function plannedSource({ size, mtime, identity }: FileEntry): PlannedSource {
  return { size, mtime, identity };
}

function plannedTarget({ size, mtime, stored }: TargetEntry): PlannedTarget {
  return stored === undefined ? { size, mtime } : { size, mtime, stored };
}
