import { isSha256 } from '../hash/sha256.js';
import {
  bindingOf,
  isCount,
  isDecimal,
  isObject,
  isTime,
  parseObject,
  type Decoded,
} from '../ledger/decode-line.js';
import type { LedgerHead } from '../ledger/run-record.js';
import { isPath } from '../path/relative-path.js';
import { noCounts, type Counts, type Outcome } from '../plan/counts.js';
import {
  PLAN_FORMAT,
  type PlanLine,
  type PlannedSource,
  type PlannedTarget,
  type PlanPolicy,
} from './plan-line.js';

type Json = Readonly<Record<string, unknown>>;

const COUNTED = Object.keys(noCounts()) as (keyof Counts)[];
const OUTCOMES: ReadonlySet<unknown> = new Set(COUNTED.filter((name) => name !== 'files'));
const REASON = /^[a-z][a-z0-9-]{0,63}$/;

/** Parses the text of one line of a saved plan, trusting nothing in it. Fields that it does not know are passed over. */
export function decodePlanLine(text: string): Decoded<PlanLine> {
  const json = parseObject(text);
  if (json === null) return bad('it is no JSON object');
  if (!isSha256(json['prev'])) return bad('its prev is no digest');
  if (json['kind'] === 'plan' && json['format'] !== PLAN_FORMAT)
    return { ok: false, reason: 'its format is not known to this version', unsupported: true };
  const value = lineOf(json);
  return value === null ? bad('its fields are not valid') : { ok: true, value, prev: json['prev'] };
}

function lineOf(json: Json): PlanLine | null {
  switch (json['kind']) {
    case 'plan':
      return headerOf(json);
    case 'repo':
      return sectionOf(json);
    case 'step':
      return stepOf(json);
    case 'end':
      return endOf(json);
    default:
      return null;
  }
}

function headerOf({ version, at }: Json): PlanLine | null {
  if (typeof version !== 'string' || !isTime(at)) return null;
  return { kind: 'plan', format: PLAN_FORMAT, version, at };
}

function sectionOf(json: Json): PlanLine | null {
  const { target, source, repo, archive } = json;
  if (typeof target !== 'string' || typeof source !== 'string' || typeof repo !== 'string') return null;
  if (archive !== null && typeof archive !== 'string') return null;
  const binding = isObject(json['binding']) ? bindingOf(json['binding']) : null;
  const policy = policyOf(json['policy']);
  const ledger = headOf(json['ledger']);
  const idle = countsOf(json['idle']);
  if (binding === null || policy === null || ledger === null || idle === null) return null;
  return { kind: 'repo', target, source, repo, archive, binding, policy, ledger, idle };
}

function policyOf(value: unknown): PlanPolicy | null {
  if (!isObject(value)) return null;
  const { checksum, rebind, rules } = value;
  if (typeof checksum !== 'boolean' || typeof rebind !== 'boolean' || !isSha256(rules)) return null;
  return { checksum, rebind, rules };
}

function headOf(value: unknown): LedgerHead | null {
  if (!isObject(value)) return null;
  const { segment, size, head } = value;
  return isCount(segment) && isCount(size) && isSha256(head) ? { segment, size, head } : null;
}

function countsOf(value: unknown): Counts | null {
  if (!isObject(value)) return null;
  const counts = noCounts();
  for (const name of COUNTED) {
    const count = value[name];
    if (!isCount(count)) return null;
    counts[name] = count;
  }
  return counts;
}

function stepOf(json: Json): PlanLine | null {
  const { path, outcome, reason, bytes, alarm } = json;
  if (typeof path !== 'string' || !isPath(path) || !isOutcome(outcome)) return null;
  if (typeof reason !== 'string' || !REASON.test(reason)) return null;
  if (!isCount(bytes) || typeof alarm !== 'boolean') return null;
  const source = json['source'] === null ? null : sourceOf(json['source']);
  const target = json['target'] === null ? null : targetOf(json['target']);
  if (source === undefined || target === undefined) return null;
  return { kind: 'step', path, outcome, reason, bytes, alarm, source, target };
}

function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.has(value);
}

function sourceOf(value: unknown): PlannedSource | undefined {
  if (!isObject(value)) return undefined;
  const { size, mtime, identity } = value;
  if (!isCount(size) || !isDecimal(mtime) || typeof identity !== 'string') return undefined;
  return { size, mtime: BigInt(mtime), identity };
}

function targetOf(value: unknown): PlannedTarget | undefined {
  if (!isObject(value)) return undefined;
  const { size, mtime, stored } = value;
  if (!isCount(size) || !isDecimal(mtime)) return undefined;
  if (stored === undefined) return { size, mtime: BigInt(mtime) };
  if (typeof stored !== 'string' || !isPath(stored)) return undefined;
  return { size, mtime: BigInt(mtime), stored };
}

function endOf({ repos, steps, bytes }: Json): PlanLine | null {
  return isCount(repos) && isCount(steps) && isCount(bytes) ? { kind: 'end', repos, steps, bytes } : null;
}

function bad(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}
