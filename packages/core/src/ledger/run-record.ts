import { isSha256 } from '../hash/sha256.js';
import { noCounts, type Counts } from '../plan/counts.js';
import { isCount, isObject, isTime, parseObject, type Decoded } from './decode-line.js';

/** How far a ledger reached when a run ended: what the next one must extend. */
export interface LedgerHead {
  readonly segment: number;
  readonly size: number;
  readonly head: string;
}

/** One line of `runs.log`: empty runs too, so that a missing run shows. Chained like the ledger. */
export interface RunRecord {
  readonly kind: 'run';
  /** Counts up by one with every run. */
  readonly number: number;
  readonly run: string;
  readonly begin: string;
  readonly end: string;
  readonly version: string;
  /** What the source was: as in the ledger's binding. */
  readonly origin: string;
  /** What stood there of a source that another may take the place of: a pod, by its name and uid. */
  readonly instance?: string;
  /** SHA-256 of the settings that shaped the run. */
  readonly config: string;
  readonly host: string;
  readonly user: string;
  readonly outcome: 'done' | 'partial' | 'damage' | 'interrupted' | 'failed';
  readonly counts: Counts;
  readonly bytesMoved: number;
  /** How far the target's clock was ahead of the writer's, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly ledger: LedgerHead;
}

const TEXTS = ['run', 'version', 'origin', 'config', 'host', 'user', 'outcome'] as const;

/** Parses one line of `runs.log`, trusting nothing in it. Outcomes of a later version are taken as they are. */
export function decodeRun(text: string): Decoded<RunRecord> {
  const json = parseObject(text);
  if (json === null) return { ok: false, reason: 'it is no JSON object' };
  if (!isSha256(json['prev'])) return { ok: false, reason: 'its prev is no digest' };
  if (json['kind'] !== 'run')
    return {
      ok: false,
      reason: 'its kind is unknown to this version',
      unsupported: true,
      prev: json['prev'],
    };
  const { ledger: head, counts } = json;
  const complete =
    isCount(json['number']) &&
    isTime(json['begin']) &&
    isTime(json['end']) &&
    TEXTS.every((field) => typeof json[field] === 'string') &&
    (json['instance'] === undefined || typeof json['instance'] === 'string') &&
    isObject(counts) &&
    Object.values(counts).every(isCount) &&
    isCount(json['bytesMoved']) &&
    Number.isFinite(json['clockOffsetMs']) &&
    isObject(head) &&
    isCount(head['segment']) &&
    isCount(head['size']) &&
    isSha256(head['head']);
  if (!complete) return { ok: false, reason: 'its fields are not valid' };
  // A version that did not know an outcome counted none.
  const value = { ...json, counts: { ...noCounts(), ...counts } };
  return { ok: true, prev: json['prev'], value: value as unknown as RunRecord };
}
