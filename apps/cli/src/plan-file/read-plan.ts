import {
  ChainReader,
  decodePlanLine,
  keepError,
  PlanReader,
  type Answer,
  type KeepError,
  type PlanHeader,
  type PlanLine,
  type PlannedStep,
  type PlanSection,
  type Sha256,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { stat, open, type FileHandle } from 'node:fs/promises';
import { planFileError } from './plan-file-error.js';

/** One repo's part of a saved plan, and where its steps lie in the file. */
export interface PlanPart {
  readonly section: PlanSection;
  readonly steps: number;
  readonly from: number;
  readonly to: number;
  /** Digest of the line before the first step, and of the last one. */
  readonly prev: string;
  readonly head: string;
}

/** A saved plan that was found to be whole. Its steps are read when they are wanted, so that only one repo's are held. */
export interface PlanFile {
  readonly shown: string;
  readonly header: PlanHeader;
  readonly parts: readonly PlanPart[];
  /** By path. An error where the file was changed since it was opened. */
  steps(part: PlanPart): Answer<ReadonlyMap<string, PlannedStep>>;
  close(): Promise<void>;
}

const CHUNK = 256 * 1024;

/** Opens a saved plan and reads it once from end to end: a cut-off, edited or forged one is an error before anything is done. */
export async function openPlanFile(path: string, shown: string, sha256: Sha256): Answer<PlanFile> {
  const opened = await openFile(path, shown);
  if (opened.isErr()) return err(opened.error);
  const handle = opened.value;
  const read = await readParts(handle, shown, sha256);
  if (read.isErr()) {
    await handle.close();
    return err(read.error);
  }
  return ok({
    shown,
    ...read.value,
    steps: (part) => readSteps(handle, part, shown, sha256),
    close: () => handle.close(),
  });
}

async function openFile(path: string, shown: string): Answer<FileHandle> {
  try {
    // Looked at first: to open a pipe would wait for whoever writes to it.
    if (!(await stat(path)).isFile())
      return err(keepError('usage', 'read plan', `${shown} is no file`, { path, hint: MAKE }));
    return ok(await open(path, 'r'));
  } catch (cause) {
    return err({ ...planFileError('read plan', shown, cause), hint: MAKE });
  }
}

const MAKE = '`sessionkeep plan --out FILE` makes one';

async function readParts(
  handle: FileHandle,
  shown: string,
  sha256: Sha256,
): Answer<Pick<PlanFile, 'header' | 'parts'>> {
  const reader = new PlanReader(sha256);
  const headers: PlanHeader[] = [];
  const parts: PlanPart[] = [];
  const take = (line: PlanLine): void => {
    const { bytes: to, head } = reader.reached;
    const last = parts.at(-1);
    if (line.kind === 'plan') headers.push(line);
    else if (line.kind === 'repo') parts.push({ section: line, steps: 0, from: to, to, prev: head, head });
    else if (line.kind === 'step' && last !== undefined) {
      parts[parts.length - 1] = { ...last, steps: last.steps + 1, to, head };
    }
  };
  const read = await readChunks(handle, shown, 0, Infinity, (chunk) => {
    for (const line of reader.push(chunk)) take(line);
  });
  if (read.isErr()) return err(read.error);
  for (const line of reader.end()) take(line);
  const { problem } = reader;
  const [header] = headers;
  if (problem !== null || header === undefined) return err(noPlan(shown, problem));
  return ok({ header, parts });
}

function noPlan(shown: string, problem: PlanReader['problem']): KeepError {
  const { line, reason, unsupported } = problem ?? { line: 1, reason: 'it is empty', unsupported: false };
  if (unsupported)
    return keepError('unsupported', 'read plan', `${shown} was written by a later version`, {
      path: shown,
      hint: 'update sessionkeep, or make a new plan',
    });
  const text = `${shown} is no whole plan: line ${line.toString()}: ${reason}`;
  return keepError('invalid', 'read plan', text, { path: shown, hint: MAKE });
}

async function readSteps(
  handle: FileHandle,
  { from, to, prev, head, steps: count }: PlanPart,
  shown: string,
  sha256: Sha256,
): Answer<ReadonlyMap<string, PlannedStep>> {
  const steps = new Map<string, PlannedStep>();
  const chain = new ChainReader<PlanLine>(sha256, decodePlanLine, prev);
  const take = (value: PlanLine): void => {
    if (value.kind === 'step') steps.set(value.path, value);
  };
  const read = await readChunks(handle, shown, from, to, (chunk) => {
    for (const { value } of chain.push(chunk)) take(value);
  });
  if (read.isErr()) return err(read.error);
  for (const { value } of chain.end()) take(value);
  if (chain.damage === null && steps.size === count && (count === 0 || chain.head === head)) return ok(steps);
  const hint = 'nothing of this repo was done; leave the file alone while it is carried out';
  return err(
    keepError('outdated', 'read plan', `${shown} was changed while it was read`, { path: shown, hint }),
  );
}

async function readChunks(
  handle: FileHandle,
  shown: string,
  from: number,
  to: number,
  take: (chunk: Uint8Array) => void,
): Promise<Result<void, KeepError>> {
  const buffer = Buffer.alloc(CHUNK);
  try {
    for (let at = from; at < to;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, to - at), at);
      if (bytesRead === 0) break;
      take(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return ok(undefined);
  } catch (cause) {
    return err(planFileError('read plan', shown, cause));
  }
}
