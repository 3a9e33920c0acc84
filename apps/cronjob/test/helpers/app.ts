import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHttpReceiver, type HttpReceiver } from '@sessionkeep/testkit/http-receiver';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How long a run may take before it is killed and its test fails: none may hang. */
const LONGEST_MS = 120_000;

type Fields = Readonly<Record<string, unknown>>;

/** What a run of the app left. */
export interface AppRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of its log. */
  readonly log: readonly Fields[];
  /** The last of them. */
  readonly summary: Fields;
  /** The messages of its log's errors, the summary apart. */
  readonly errors: readonly string[];
  /** What Kubernetes would show of it. */
  readonly termination: string;
}

/** The app, in a folder of its own, with nothing of this machine's environment. */
export class App {
  readonly root = temporaryFolder();
  readonly projects = join(this.root, 'projects');
  readonly archive = join(this.root, 'archive');
  readonly config = join(this.root, 'sessionkeep.yaml');
  readonly metrics = join(this.root, 'metrics', 'sessionkeep.prom');
  env: Record<string, string> = {};
  /** Whom it tells; {@link listen} makes one. */
  #receiver: HttpReceiver | null = null;
  #runs = 0;

  constructor() {
    if (!existsSync(MAIN)) throw new Error('apps/cronjob is not built: run `pnpm build` first');
    // Servers run as nobody.
    chmodSync(this.root, 0o755);
    mkdirSync(dirname(this.metrics));
  }

  /** A configuration that keeps a folder of this disk in another. */
  keepsFolder(more = ''): void {
    this.configure(`sources:
  laptop: { type: local, path: ${this.projects}, repos: auto }
targets:
  disk: { type: local, path: ${this.archive} }
${more}`);
  }

  /** One that keeps it on a share that nobody has. */
  keepsOnNoShare(): void {
    this.configure(`sources:
  laptop: { type: local, path: ${this.projects}, repos: auto }
targets:
  nas: { type: smb, url: smb://me@127.0.0.1:1/share/x, password: { env: NAS_PASSWORD } }
`);
  }

  configure(text: string): void {
    writeFileSync(this.config, text);
  }

  /** Has itself pinged, pushed from, and told of failures. */
  async listen(): Promise<HttpReceiver> {
    const receiver = await startHttpReceiver();
    onTestFinished(() => receiver.close());
    this.#receiver = receiver;
    this.env['SESSIONKEEP_PING_URL'] = `${receiver.url}/ping/${CHECK}`;
    this.env['SESSIONKEEP_WEBHOOK_URL'] = `${receiver.url}/hook/${HOOK}`;
    this.env['SESSIONKEEP_PUSHGATEWAY_URL'] = receiver.url;
    return receiver;
  }

  /** What came to whom so far, without what is in it: `ping/start`, `ping`, `ping/fail`, `hook`, `metrics`. */
  get told(): string[] {
    return (this.#receiver?.requests ?? [])
      .map(({ path }) => path.split('?')[0]?.split('/').slice(1) ?? [])
      .map(([kind = '', , end]) => (kind === 'ping' && end !== undefined ? `ping/${end}` : kind));
  }

  /** The body of the last request to one of {@link told}. */
  body(kind: string): string {
    const at = this.told.lastIndexOf(kind);
    return this.#receiver?.requests[at]?.body ?? '';
  }

  run(...args: string[]): Promise<AppRun> {
    return this.start(args).ended;
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningApp {
    const termination = join(this.root, `termination-${(this.#runs++).toString()}`);
    const all = ['--config', this.config, '--termination-log', termination, ...args];
    const child = spawn(process.execPath, [MAIN, ...all], {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    const waiting: { readonly text: string; readonly done: () => void }[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      for (const one of waiting) if (stdout.includes(one.text)) one.done();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<AppRun>((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`no end after ${LONGEST_MS} ms\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`));
      }, LONGEST_MS);
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(late);
        const log = parseLines(stdout);
        const errors = log.filter(({ level, event }) => level === 'error' && event !== 'summary');
        resolve({
          code,
          stdout,
          stderr,
          log,
          summary: log.at(-1) ?? {},
          errors: errors.map(({ message }) => String(message)),
          termination: existsSync(termination) ? readFileSync(termination, 'utf8') : '',
        });
      });
    });
    ended.catch(() => undefined);
    return {
      ended,
      kill: (signal) => void child.kill(signal),
      says: (text) =>
        new Promise((done) => {
          if (stdout.includes(text)) done();
          else waiting.push({ text, done });
          child.on('close', () => done());
        }),
    };
  }
}

/** A run under way. */
export interface RunningApp {
  readonly ended: Promise<AppRun>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when its log has this text, or has ended. */
  readonly says: (text: string) => Promise<void>;
}

/** Parts of addresses that only those may know who are told. */
export const CHECK = '7e1ffd3e-8f4b-4b43-8b3a-0f7f3c9d2a11';
export const HOOK = 'T0k3nOfTheHook99';

function parseLines(text: string): Fields[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fields);
}

const SESSION = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';

/** Writes some logs: `repos` project folders with a session and a subagent each. */
export function writeSessions(projects: string, repos = 2): void {
  for (let at = 0; at < repos; at++) {
    const folder = join(projects, `-srv-app-${at.toString()}`);
    mkdirSync(join(folder, SESSION, 'subagents'), { recursive: true });
    const line = `${JSON.stringify({ type: 'user', cwd: `/srv/app/${at.toString()}`, sessionId: SESSION })}\n`;
    writeFileSync(join(folder, `${SESSION}.jsonl`), line.repeat(20 + at));
    writeFileSync(join(folder, SESSION, 'subagents', 'agent-1.jsonl'), line);
  }
}

/** The log of the first of them. */
export function firstLog(projects: string): string {
  return join(projects, '-srv-app-0', `${SESSION}.jsonl`);
}

/** Every file below a folder, hidden ones aside: its path to the SHA-256 of its bytes. */
export function contentsOf(folder: string): Record<string, string> {
  const contents: Record<string, string> = {};
  if (!existsSync(folder)) return contents;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (name.startsWith('.') || !lstatSync(path).isFile()) continue;
    contents[name] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return contents;
}
