import { generateCorpus, writeCorpus } from '@sessionkeep/testkit/corpus';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { logLine, SESSION, writeFiles } from './sessions.js';
import { contentsOf } from './tree.js';

/** The repos that the script knows, and the project folder of each. */
const REPOS = {
  home: { cwd: '/Users/anna/code/home', project: '-Users-anna-code-home' },
  'the-road': { cwd: '/Users/anna/code/the-road', project: '-Users-anna-code-the-road' },
} as const;

/** What a configuration says of the same. */
export const SOURCES = `sources:
  mac-local:
    type: local
    path: ~/.claude/projects
    repos: { home: ${REPOS.home.project}, the-road: ${REPOS['the-road'].project} }
`;

/** What such scripts hand to rsync: onto a disk, and onto a mounted share, which holds neither owners nor modes. */
export const FLAGS = { disk: ['-a'], share: ['-rt', '--omit-dir-times', '--modify-window=1'] } as const;

/** Sessions of `home` that something happens to, by what does. */
const session = (digit: number): string => `repo-home/${digit.toString()}${SESSION.slice(1)}`;
/** Only its beginning was copied, and nobody noticed. */
export const CUT = `${session(1)}.jsonl`;
/** The source has gone on since. */
export const GROWN = `${session(2)}.jsonl`;
/** The source has rewritten it since. */
export const REWRITTEN = `${session(3)}.jsonl`;
/** The source has deleted it since. */
export const GONE = `${session(4)}.jsonl`;
/** Copied without its time, as `kubectl cp` does. */
export const UNDATED = `${session(5)}.jsonl`;
/** Copied without its subagents. */
const PARTED = session(6);
export const SUBAGENTS = [1, 2, 3].map((at) => `${PARTED}/subagents/agent-${at.toString()}.jsonl`);
/** What a killed rsync leaves. */
export const TEMPORARY = `repo-home/.${SESSION}.jsonl.Xa81Zq`;

/** An archive that a script around rsync made, while sessions went on. Paths are those below `source-mac-local/`. */
export interface RsyncArchive {
  /** Its files, before sessionkeep has seen them: path to digest. */
  readonly before: Readonly<Record<string, string>>;
  /** Those of them that the source has, byte for byte and with their times. */
  readonly equal: readonly string[];
  /** Those that no backup keeps: locks and indexes. */
  readonly noise: readonly string[];
  /** How many bytes it lacks. */
  readonly lacks: number;
}

/**
 * Writes sessions into `projects`, has a real rsync copy them into `folder` as scripts lay them out, and lets happen to both what
 * happens to them.
 */
export async function rsyncArchive(
  projects: string,
  folder: string,
  flags: readonly string[],
): Promise<RsyncArchive> {
  await writeProjects(projects);
  runScript(projects, folder, [...flags, `--exclude=${PARTED.replace('repo-home', '')}/subagents/`]);

  const kept = (path: string): string => join(folder, 'source-mac-local', path);
  truncateSync(kept(CUT), 12_345);
  writeFileSync(kept(UNDATED), readFileSync(kept(UNDATED)));
  copyFileSync(kept(UNDATED), kept(TEMPORARY));
  truncateSync(kept(TEMPORARY), 1000);

  const at = (path: string): string => atSource(projects, path);
  const rewritten = readFileSync(at(REWRITTEN));
  appendFileSync(at(GROWN), logLine(REPOS.home.cwd, 'more'));
  writeFileSync(`${at(REWRITTEN)}.new`, rewritten.subarray(rewritten.indexOf(0x0a) + 1));
  renameSync(`${at(REWRITTEN)}.new`, at(REWRITTEN));
  rmSync(at(GONE));

  const before = contentsOf(join(folder, 'source-mac-local'));
  const changed = new Set([CUT, GROWN, REWRITTEN, GONE, UNDATED, TEMPORARY]);
  const size = (path: string): number => statSync(path).size;
  const tails = [CUT, GROWN].map((path) => size(at(path)) - size(kept(path)));
  const whole = [REWRITTEN, ...SUBAGENTS].map((path) => size(at(path)));
  return {
    before,
    equal: Object.keys(before).filter((path) => !changed.has(path) && !isNoise(path)),
    noise: Object.keys(before).filter(isNoise),
    lacks: [...tails, ...whole].reduce((sum, bytes) => sum + bytes, 0),
  };
}

function isNoise(path: string): boolean {
  return /\.lock$|\/sessions-index\.json$/.test(path);
}

/** What the script does every night. */
export function runScript(projects: string, folder: string, flags: readonly string[]): string {
  return Object.entries(REPOS)
    .map(([repo, { project }]) => {
      const into = join(folder, 'source-mac-local', `repo-${repo}`);
      if (!existsSync(into)) mkdirSync(into, { recursive: true });
      return execFileSync('rsync', [...flags, `${join(projects, project)}/`, `${into}/`], {
        encoding: 'utf8',
      });
    })
    .join('');
}

/** When the sessions were last written: long before they were copied. */
const LAST_WRITTEN = Date.UTC(2026, 5, 1);

/** Where the source has a file of the archive. */
export function atSource(projects: string, path: string): string {
  const [repo = '', ...rest] = path.split('/');
  return join(projects, REPOS[repo.replace('repo-', '') as keyof typeof REPOS].project, ...rest);
}

async function writeProjects(projects: string): Promise<void> {
  const cwds = Object.values(REPOS).map(({ cwd }) => cwd);
  const options = { seed: 11, projects: cwds, files: 60, bytes: 1_500_000, baseTime: LAST_WRITTEN };
  expect((await writeCorpus(generateCorpus(options), projects))._unsafeUnwrap().files).toBe(60);
  const { cwd } = REPOS.home;
  const logs = [CUT, GROWN, REWRITTEN, GONE, UNDATED, `${PARTED}.jsonl`, ...SUBAGENTS].map((path, index) => [
    atSource('', path),
    `${logLine(cwd, `the first of ${index.toString()}`)}${logLine(cwd, 'hello').repeat(400)}`,
  ]);
  writeFiles(projects, Object.fromEntries(logs) as Record<string, string>);
  for (const [path = ''] of logs) utimesSync(join(projects, path), LAST_WRITTEN / 1000, LAST_WRITTEN / 1000);
}
