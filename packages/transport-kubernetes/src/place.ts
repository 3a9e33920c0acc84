import { err, ok, type Result } from 'neverthrow';
import type { FileStat, KeepError } from '@sessionkeep/core';
import type { Compression } from './compression.js';
import { kindOfMode, parseRecords, type StatRecord } from './agent/records.js';
import { errorOf, problem, type Attempt, type Problem } from './failure.js';
import type { Request, Session } from './session/session.js';
import type { Sessions } from './session/sessions.js';
import { statusProblem } from './status-table.js';

/** The root of one transport: a folder in a container. */
export class Place {
  constructor(
    readonly name: string,
    readonly sessions: Sessions,
  ) {}

  get compression(): Compression {
    return this.sessions.compression;
  }

  attempt(operation: string, path: string): Attempt {
    return { transport: this.name, operation, path };
  }

  /** Asks one thing over a session of its own; the payload of an answer that is `ok`. */
  async ask(attempt: Attempt, request: Request): Promise<Result<Buffer, KeepError>> {
    const session = await this.take(attempt);
    if (session.isErr()) return err(session.error);
    const reply = await askOf(session.value, request);
    this.sessions.give(session.value);
    return reply.mapErr((found) => errorOf(attempt, found));
  }

  /** The same for what changes something. */
  async change(attempt: Attempt, request: Request): Promise<Result<Buffer, KeepError>> {
    const session = await this.takeToWrite(attempt);
    if (session.isErr()) return err(session.error);
    const reply = await askOf(session.value, request);
    this.sessions.give(session.value);
    return reply.mapErr((found) => errorOf(attempt, found));
  }

  async take(attempt: Attempt): Promise<Result<Session, KeepError>> {
    return (await this.sessions.take()).mapErr((found) => errorOf(attempt, found));
  }

  async takeToWrite(attempt: Attempt): Promise<Result<Session, KeepError>> {
    const session = await this.take(attempt);
    const lacking = this.sessions.lackingToWrite();
    if (session.isErr() || lacking === null) return session;
    this.sessions.give(session.value);
    return err(errorOf(attempt, lacking));
  }
}

/** Asks; what is not `ok` is a problem. */
export async function askOf(session: Session, request: Request): Promise<Result<Buffer, Problem>> {
  const reply = await session.ask(request);
  if (reply.isErr()) return err(reply.error);
  const { status, payload } = reply.value;
  const found = statusProblem(status, payload);
  return found === null ? ok(payload) : err(found);
}

/** The one record that an answer is. */
export function oneRecord(answer: Buffer): Result<StatRecord, Problem> {
  const [record, more] = parseRecords(answer) ?? [];
  if (record === undefined || more !== undefined || !('size' in record)) {
    return err(problem('io', 'the pod says nothing of it that can be understood', { retry: true }));
  }
  return ok(record);
}

export function fileStat({ mode, size, mtime, identity }: StatRecord): FileStat {
  const kind = kindOfMode(mode);
  return {
    kind: kind === 'file' || kind === 'folder' || kind === 'link' ? kind : 'other',
    size,
    mtime,
    identity,
  };
}
