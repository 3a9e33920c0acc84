import { keepFilter, PlanReader, plannedStep, PlanWriter, type PlannedStep } from '@sessionkeep/core';
import {
  backupRepo,
  openArchive,
  planRepo,
  thisRun,
  verifyRepo,
  type Archive,
  type BackupReport,
  type FileDone,
  type PlanOptions,
  type SavedPlan,
  type VerifyReport,
} from '@sessionkeep/transfer';
import { nodeSha256, openLocalTransport } from '@sessionkeep/transport-local';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './sessions.js';

/** What a run did, a word a file: `log.jsonl: appended grew 3`. */
interface Done extends BackupReport {
  readonly told: readonly string[];
  readonly notices: readonly string[];
}

/** A source and an archive on the real disk, driven by the library: plan, change, execute. */
export class PlanWorld {
  readonly root = temporaryFolder();
  readonly projects = join(this.root, 'projects');
  readonly archive = join(this.root, 'archive');
  /** What the runs are told of the repo; changed by tests. */
  options: Partial<PlanOptions> = {};

  constructor(files: Readonly<Record<string, string>>) {
    writeFiles(join(this.projects, '-home'), files);
  }

  source(path: string): string {
    return join(this.projects, '-home', path);
  }

  live(path: string): string {
    return join(this.archive, 'source-mac', 'repo-home', path);
  }

  async backup(saved?: SavedPlan): Promise<Done> {
    return this.#run(true, (options) =>
      backupRepo({ ...options, holder: thisRun(), version: 'test', ...(saved && { saved }) }),
    );
  }

  /** Plans, and puts what was planned through a saved plan's lines. */
  async plan(): Promise<SavedPlan & { readonly told: readonly string[] }> {
    let lines = new Uint8Array();
    const done = await this.#run(false, async (options) => {
      const report = await planRepo(options);
      const { plan } = report;
      if (plan === null) throw new Error(report.failure?.message);
      const writer = new PlanWriter(nodeSha256);
      lines = Buffer.concat([
        writer.header('test', '2026-01-01T00:00:00.000Z'),
        writer.section({ kind: 'repo', target: 't', ...plan.basis, idle: plan.idle }),
        ...[...plan.steps].map((step) => writer.step(plannedStep(step))),
        writer.end(),
      ]);
      return report;
    });
    return { ...decoded(lines), told: done.told };
  }

  async verify(): Promise<VerifyReport> {
    const archive = await this.#open(false);
    const report = await verifyRepo({ ...(await this.#repo()), archive, deep: true });
    await archive.target.close();
    return report;
  }

  async #run(create: boolean, run: (options: PlanOptions) => Promise<BackupReport>): Promise<Done> {
    const [told, notices]: [string[], string[]] = [[], []];
    const archive = await this.#open(create);
    const report = await run({
      ...(await this.#repo()),
      origin: 'test:/home',
      archive,
      onEvent: (event) => {
        if (event.type === 'file') told.push(said(event));
        if (event.type === 'notice' && event.level !== 'detail') notices.push(event.message);
      },
      ...this.options,
    });
    await archive.target.close();
    return { ...report, told: told.sort(), notices };
  }

  async #open(create: boolean): Promise<Archive> {
    const target = (await openLocalTransport({ root: this.archive }))._unsafeUnwrap();
    return (await openArchive({ target, sha256: nodeSha256, create }))._unsafeUnwrap();
  }

  async #repo(): Promise<Pick<PlanOptions, 'source' | 'place' | 'repo' | 'filter'>> {
    return {
      source: (await openLocalTransport({ root: this.projects }))._unsafeUnwrap(),
      place: { source: 'mac', repo: 'home' },
      repo: { name: 'home', aliases: [], layout: 'flat', projects: ['-home'] },
      filter: keepFilter(),
    };
  }
}

function decoded(lines: Uint8Array): SavedPlan {
  const reader = new PlanReader(nodeSha256);
  const all = [...reader.push(lines), ...reader.end()];
  if (reader.problem !== null) throw new Error(reader.problem.reason);
  const section = all.find((line) => line.kind === 'repo');
  if (section === undefined) throw new Error('no part');
  const steps = new Map<string, PlannedStep>();
  for (const line of all) if (line.kind === 'step') steps.set(line.path, line);
  return { basis: section, steps };
}

function said({ path, outcome, reason, bytes }: FileDone): string {
  return `${path}: ${outcome} ${reason ?? ''} ${bytes}`;
}
