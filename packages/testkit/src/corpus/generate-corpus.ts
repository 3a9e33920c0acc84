import { smallText } from './content.js';
import {
  corpusTime,
  type ContentSpec,
  type CorpusFile,
  type CorpusPlan,
  type CorpusProject,
} from './corpus-plan.js';
import { hex, logSize, uuidFrom } from './log-lines.js';
import { projectFolderName } from './project-folder-name.js';
import { createRandom, type Random } from './random.js';

/** How large a corpus is made, and of what. */
export interface CorpusOptions {
  readonly seed: number;
  /** How many project folders, or their working directories. */
  readonly projects: number | readonly string[];
  /** When the newest file was written, in milliseconds since 1970. */
  readonly baseTime: number;
  /** How many sessions; needed where `files` is not given. */
  readonly sessions?: number;
  /** Exactly so many files instead, whatever number of sessions that makes. */
  readonly files?: number;
  /** The logs' lengths are scaled until the sum of all sizes is near this. */
  readonly bytes?: number;
}

const DAY = 86_400_000;
const ROUNDS = 12;

/**
 * Plans a corpus with the sizes seen in the wild: many short sessions, a few huge ones, most subagents in a fifth of
 * the sessions. The same options give the same plan, and a plan always the same bytes.
 *
 * @example
 * const corpus = generateCorpus({ seed: 1, projects: 3, sessions: 20, baseTime: Date.now() });
 * const written = await writeCorpus(corpus, '/tmp/projects');
 */
export function generateCorpus(options: CorpusOptions): CorpusPlan {
  let scale = 1;
  let plan = planAt(options, scale);
  if (options.bytes === undefined) return plan;
  for (let round = 0; round < ROUNDS; round++) {
    const ratio = options.bytes / plan.files.reduce((sum, file) => sum + file.content.size, 0);
    if (Math.abs(ratio - 1) < 0.01) break;
    scale *= ratio;
    plan = planAt(options, scale);
  }
  return plan;
}

function planAt(options: CorpusOptions, scale: number): CorpusPlan {
  const random = createRandom(options.seed);
  const projects = projectsOf(options.projects);
  const limit = options.files ?? Number.POSITIVE_INFINITY;
  const sessions =
    options.files === undefined ? (options.sessions ?? projects.length) : Number.POSITIVE_INFINITY;
  const files: CorpusFile[] = projects.flatMap((project, index) =>
    projectFiles(project, random.fork(-1 - index), options.baseTime),
  );
  for (let index = 0; index < sessions && files.length < limit; index++) {
    const own = random.fork(index);
    // Uneven, as people's projects are: the first one has most.
    const project = projects[Math.floor(own.unit() ** 2 * projects.length)];
    if (project !== undefined) files.push(...sessionFiles(project, own, scale, options.baseTime));
  }
  return { projects, files: files.slice(0, limit) };
}

function projectsOf(projects: number | readonly string[]): CorpusProject[] {
  const cwds =
    typeof projects === 'number'
      ? Array.from({ length: projects }, (_, index) => `/Users/anna.k/dev/project-${String(index + 1)}`)
      : projects;
  return cwds.map((cwd) => ({ cwd, folder: projectFolderName(cwd) }));
}

/** What belongs to the whole project, noise that no backup should keep among it. */
function projectFiles(project: CorpusProject, random: Random, baseTime: number): CorpusFile[] {
  const session = uuidFrom(random);
  const file = (name: string, kind: ContentSpec['kind'], size?: number): CorpusFile =>
    plainFile(
      project,
      `${project.folder}/${name}`,
      kind,
      session,
      random,
      baseTime - random.between(0, 5 * DAY),
      size,
    );
  return [
    file('memory/MEMORY.md', 'memory', random.between(500, 6000)),
    file('sessions-index.json', 'index'),
    ...(random.chance(0.3) ? [file(`${session}.lock`, 'lock')] : []),
  ];
}

function sessionFiles(project: CorpusProject, random: Random, scale: number, baseTime: number): CorpusFile[] {
  const session = uuidFrom(random);
  const end = baseTime - random.between(0, 90 * DAY);
  const folder = `${project.folder}/${session}`;
  const files = [
    logFile(project, `${folder}.jsonl`, 'session', session, random, random.lognormal(120, 1.4) * scale, end),
  ];
  const agents = random.chance(0.2) ? random.between(18, 66) : random.chance(0.15) ? random.between(1, 6) : 0;
  const withMeta = random.chance(0.3);
  const nested = random.chance(0.1) ? `workflows/wf_${hex(random, 1)}/` : '';
  for (let index = 0; index < agents; index++) {
    const name = `${folder}/subagents/${nested}agent-a${hex(random, 2)}`;
    const lines = random.lognormal(30, 1) * scale;
    const agentEnd = end - random.between(0, DAY / 4);
    files.push(logFile(project, `${name}.jsonl`, 'subagent', session, random, lines, agentEnd));
    if (withMeta) files.push(plainFile(project, `${name}.meta.json`, 'meta', session, random, agentEnd));
  }
  const results = random.chance(0.15) ? random.between(1, 4) : 0;
  for (let index = 0; index < results; index++) {
    const path = `${folder}/tool-results/toolu_${hex(random, 3)}.txt`;
    const size = Math.min(2_000_000, Math.round(50_000 + random.lognormal(100_000, 1)));
    files.push(
      plainFile(project, path, 'tool-result', session, random, end, Math.round(size * Math.min(1, scale))),
    );
  }
  return files;
}

function logFile(
  project: CorpusProject,
  path: string,
  kind: ContentSpec['kind'],
  session: string,
  random: Random,
  wanted: number,
  end: number,
): CorpusFile {
  const seed = random.next();
  const lines = Math.max(1, Math.round(wanted));
  const start = end - lines * 15_000;
  const content = {
    kind,
    seed,
    lines,
    size: logSize(seed, lines),
    cwd: project.cwd,
    session,
    start,
    opens: true,
  };
  return { path, mtime: corpusTime(end), content };
}

function plainFile(
  project: CorpusProject,
  path: string,
  kind: ContentSpec['kind'],
  session: string,
  random: Random,
  time: number,
  size?: number,
): CorpusFile {
  const base = { kind, seed: random.next(), lines: 0, cwd: project.cwd, session, start: time, opens: true };
  return {
    path,
    mtime: corpusTime(time),
    content: { ...base, size: size ?? Buffer.byteLength(smallText(base)) },
  };
}
