import { printable, type Answer, type KeepError } from '@sessionkeep/core';
import { listRepos, repoStatus, type RepoStatus } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import { openConfig } from '../config/open-config.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { formatBytes, formatCount } from '../render/format.js';
import { renderTable, type Column } from '../render/table.js';
import { exitCode, type Ending, type ExitCode } from '../run/exit-code.js';
import { selectTargets, type SelectedTarget } from '../select/select-targets.js';
import { openTarget, startEngine, type Engine } from '../work/engine.js';
import { noArchive } from '../work/find-verify-jobs.js';
import { failedEnding, refuse } from '../work/finish.js';

/** `sessionkeep status`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const config = await openConfig(args, context);
  if (config.isErr()) return refuse(args, output, config.error);
  const targets = selectTargets(args, config.value, context);
  if (targets.isErr()) return refuse(args, output, [targets.error]);
  const engine = await startEngine(context);
  const endings: Ending[] = [];
  const errors: KeepError[] = [];
  const all: RepoStatus[] = [];
  for (const target of targets.value) {
    const found = await statusOf(target, engine);
    if (found.isErr()) {
      endings.push(failedEnding(found.error));
      errors.push(found.error);
      continue;
    }
    for (const repo of found.value) {
      endings.push({ failure: null, interrupted: false, damage: repo.damage !== null, partial: false });
      output.repo('', { target: target.name, ...repo });
    }
    all.push(...found.value);
    if (!args.flags.has('json')) showTarget(target, found.value, context);
  }
  const code = exitCode(endings);
  const alarms = all.flatMap(({ source, repo, damage }) =>
    damage === null ? [] : [`${source}/${repo}: ${damage}`],
  );
  output.finish({ command: 'status', exitCode: code, ...sums(all), alarms, errors }, []);
  return code;
}

async function statusOf(target: SelectedTarget, engine: Engine): Answer<readonly RepoStatus[]> {
  const archive = await openTarget(engine, target, { create: false });
  if (archive.isErr()) return err(archive.error);
  if (archive.value.id === null) return err(noArchive(archive.value));
  const places = await listRepos(archive.value);
  if (places.isErr()) return err(places.error);
  const repos: RepoStatus[] = [];
  for (const place of places.value) {
    const status = await repoStatus(archive.value, place);
    if (status.isErr()) return err(status.error);
    repos.push(status.value);
  }
  await archive.value.target.close();
  return ok(repos);
}

function sums(repos: readonly RepoStatus[]): Record<string, number> {
  const sum = (of: (repo: RepoStatus) => number): number =>
    repos.reduce((total, repo) => total + of(repo), 0);
  return {
    repos: repos.length,
    files: sum(({ files }) => files),
    gone: sum(({ gone }) => gone),
    bytes: sum(({ bytes }) => bytes),
    versions: sum(({ versions }) => versions),
    versionBytes: sum(({ versionBytes }) => versionBytes),
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'repo', align: 'left' },
  { title: 'files', align: 'right' },
  { title: 'gone', align: 'right' },
  { title: 'old', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'last backup', align: 'left' },
  { title: 'state', align: 'left' },
];

function showTarget(target: SelectedTarget, repos: readonly RepoStatus[], { stdout }: Context): void {
  const rows = repos.map((repo) => [
    printable(`${repo.source}/${repo.repo}`),
    formatCount(repo.files),
    formatCount(repo.gone),
    formatCount(repo.versions),
    formatBytes(repo.bytes + repo.versionBytes),
    repo.lastRun === null ? 'never' : localTime(repo.lastRun),
    repo.damage === null ? (repo.lastOutcome ?? '') : 'damaged',
  ]);
  const lines = [printable(target.path), '', ...renderTable(COLUMNS, rows, stdout.columns())];
  const damage = repos.flatMap((repo) =>
    repo.damage === null ? [] : [printable(`${repo.source}/${repo.repo}: ${repo.damage}`)],
  );
  const legend =
    repos.length === 0
      ? ['nothing was kept here yet']
      : ['', 'gone: deleted at the source, still kept; old: versions that a rewrite put aside'];
  stdout.write(`${[...lines, ...damage, ...legend].join('\n')}\n`);
}

/** `2026-03-31 18:00`, in local time. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const day = `${date.getFullYear().toString()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
