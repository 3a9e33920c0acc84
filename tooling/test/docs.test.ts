import { need } from '@sessionkeep/testkit';
import { demoCorpus, writeCorpus } from '@sessionkeep/testkit/corpus';
import { startExecServer, type ExecServer } from '@sessionkeep/testkit/exec-server';
import { needSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cli, node24, root } from '../workspace.mjs';
import { pageAnchors } from './page-anchors.js';

interface Block {
  readonly language: string;
  /** What follows the language: `no-run` for what is only to be read, `manifest` for what is a cluster's. */
  readonly note: string;
  readonly text: string;
  readonly line: number;
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('{deploy,examples,packages/*,apps/*}/README.md', { cwd: root }).sort(),
  ...pagesBelow('docs'),
].map((page) => ({
  page,
  blocks: blocksOf(readFileSync(join(root, page), 'utf8')),
}));

function pagesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => join(folder, name));
}

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\S+)[ \t]*(.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', note = '', body = ''], at, all) => ({
      language,
      note: note.trim(),
      text: body,
      line: text.slice(0, all[at]?.index ?? 0).split('\n').length,
    }),
  );
}

/** Blocks in these languages, as `page:line`. */
function chosen(...languages: string[]): [where: string, text: string][] {
  return pages.flatMap(({ page, blocks }) =>
    blocks
      .filter(({ language, note }) => languages.includes(language) && note === '')
      .map(({ line, text }): [string, string] => [`${page}:${line.toString()}`, text]),
  );
}

/** Why what rsync made cannot be shown here; null when it can. */
function noRsync(): string | null {
  return spawnSync('rsync', ['--version']).status === 0 ? null : 'rsync is not installed';
}

/** The server that pages call so is a real one. */
const SERVER = 'smb://anna@nas.local/';
/** And so is this cluster, as far as an exec goes. */
const CLUSTER = 'k8s://';

/** A cluster with the Deployment that the pages speak of, whose pod has sessions; gone with `await using`. */
async function startCluster(): Promise<ExecServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-docs-pod-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const written = await writeCorpus(demoCorpus(Date.now()), join(folder, '.claude', 'projects'));
  expect(written.isOk()).toBe(true);
  const labels = { app: 'web-blue' };
  return startExecServer({
    folder,
    pods: [
      {
        name: 'web-blue-7d9f-x2x4z',
        namespace: 'web',
        labels,
        owner: { kind: 'ReplicaSet', name: 'web-blue-7d9f' },
      },
    ],
    workloads: [{ kind: 'Deployment', name: 'web-blue', namespace: 'web', matchLabels: labels }],
  });
}

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine with sessions on it, and `sessionkeep` in its path; gone when the test is. */
async function machine({ samba, cluster }: { samba?: Samba; cluster?: ExecServer } = {}): Promise<{
  work: string;
  run: (script: string) => Promise<Ran>;
}> {
  if (!existsSync(cli)) throw new Error('apps/cli is not built: run `pnpm build` first');
  const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [home, bin, work] = ['home', 'bin', 'work'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [home, bin, work]) mkdirSync(each);
  const written = await writeCorpus(demoCorpus(Date.now()), join(home, '.claude', 'projects'));
  expect(written.isOk()).toBe(true);
  const real = samba && `smb://${samba.user}@${samba.host}:${samba.port.toString()}/`;
  const args = real === undefined ? '"$@"' : `"\${@//${SERVER.replaceAll('/', '\\/')}/${real}}"`;
  writeFileSync(join(bin, 'sessionkeep'), `#!/usr/bin/env bash\nexec '${cli}' ${args}\n`, { mode: 0o755 });
  const env = {
    PATH: [bin, dirname(node24), process.env['PATH']].join(delimiter),
    HOME: home,
    XDG_STATE_HOME: join(folder, 'state'),
    ...(samba && { SESSIONKEEP_SMB_PASSWORD: samba.password }),
    ...(cluster && { KUBECONFIG: join(folder, 'kubeconfig') }),
  };
  if (cluster !== undefined) writeFileSync(join(folder, 'kubeconfig'), cluster.kubeconfig);
  return {
    work,
    // Not waited for by blocking: what it talks to may be in this process.
    run: (script) =>
      new Promise((resolve) => {
        const options = { cwd: work, env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
        execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) => {
          const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ status, stdout, stderr });
        });
      }),
  };
}

/** The pages with shell blocks that run on a disk alone, on a share, or on pods, each with those. */
function pagesToRun(where: 'disk' | 'share' | 'pods'): { page: string; blocks: Block[] }[] {
  return pages
    .map(({ page, blocks }) => ({
      page,
      blocks: blocks.filter(
        ({ language, note, text }) => language === 'sh' && note === '' && placeOf(text) === where,
      ),
    }))
    .filter(({ blocks }) => blocks.length > 0);
}

function placeOf(text: string): 'disk' | 'share' | 'pods' {
  if (text.includes(CLUSTER)) return 'pods';
  return text.includes(SERVER) ? 'share' : 'disk';
}

describe('what the pages show', () => {
  const runAll = async (
    page: string,
    blocks: readonly Block[],
    places: { samba?: Samba; cluster?: ExecServer } = {},
  ): Promise<void> => {
    const { run } = await machine(places);
    for (const { text, line } of blocks) {
      const { status, stdout, stderr } = await run(text);
      expect(status, `${page}:${line.toString()}\n${stdout}${stderr}`).toBe(0);
    }
  };

  test.for(pagesToRun('disk'))('$page: its shell blocks run, in order', async ({ page, blocks }, context) => {
    if (blocks.some(({ text }) => /^rsync /m.test(text))) need(context, noRsync());
    await runAll(page, blocks);
  });

  test.each(pages)('$page: what is not run is a script all the same', ({ page, blocks }) => {
    for (const { text, line } of blocks.filter(({ language, note }) => language === 'sh' && note !== '')) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      expect(status, `${page}:${line.toString()}\n${stderr}`).toBe(0);
    }
  });

  test('manifests are objects of a cluster', () => {
    const manifests = pages.flatMap(({ blocks }) => blocks.filter(({ note }) => note === 'manifest'));
    expect(manifests.length).toBeGreaterThan(0);
    for (const { text } of manifests)
      for (const document of parseAllDocuments(text)) {
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toMatchObject({
          apiVersion: expect.any(String) as string,
          kind: expect.any(String) as string,
        });
      }
  });

  test.for(pagesToRun('share'))(
    '$page: what it does with a share works on one',
    async ({ page, blocks }, context) => {
      needSamba(context);
      await using samba = await startSamba({
        shares: { secure: {} },
        ...(process.getuid?.() === 0 && { user: 'nobody' }),
      });
      await runAll(page, blocks, { samba });
    },
  );

  test.each(pagesToRun('pods'))('$page: what it does with pods works on one', async ({ page, blocks }) => {
    await using cluster = await startCluster();
    await runAll(page, blocks, { cluster });
  });

  test.each(chosen('yaml'))('%s: is a configuration', async (_, text) => {
    const { work, run } = await machine();
    // Nobody asks the network for the servers that it names.
    writeFileSync(join(work, 'sessionkeep.yaml'), text.replaceAll(/\bnas\.local\b/g, '127.0.0.1:1'));
    const { status, stdout } = await run(
      'SESSIONKEEP_SMB_PASSWORD=x sessionkeep backup --config sessionkeep.yaml --dry-run --json',
    );
    expect([2, 6]).toContain(status);
    // The folders and servers that it names are not on this machine, and nothing else may be wrong.
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
      errors: { message: string }[];
    };
    for (const { message } of summary.errors)
      expect(message).toMatch(
        /there is no project folder|there is no kubeconfig|does not exist|no project folder matches|ECONNREFUSED|ENOENT|password: [\w/-]+ (is not there|ended with)/,
      );
  });

  test.each(chosen('json', 'jsonl'))('%s: is JSON', (_, text) => {
    if (
      text.trimStart().startsWith('{') &&
      text
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('{'))
    )
      for (const line of text.trimEnd().split('\n')) JSON.parse(line);
    else JSON.parse(text);
  });

  test('blocks are found, and every one says what it is', () => {
    expect(chosen('sh').length).toBeGreaterThan(0);
    expect(chosen('yaml').length).toBeGreaterThan(0);
    const known = ['sh', 'console', 'text', 'yaml', 'json', 'jsonl', 'python', 'ts'];
    for (const { page, blocks } of pages) {
      const text = readFileSync(join(root, page), 'utf8');
      expect([page, text.match(/^```/gm)?.length ?? 0]).toEqual([page, blocks.length * 2]);
      for (const { language, note, line } of blocks) {
        expect(known, `${page}:${line.toString()}`).toContain(language);
        const notes = language === 'yaml' ? ['', 'manifest'] : ['', 'no-run'];
        expect(notes, `${page}:${line.toString()}`).toContain(note);
      }
    }
  });

  test('decisions are numbered one after another, by name and title, and all are in their list', () => {
    const folder = join(root, 'docs/decisions');
    const list = readFileSync(join(folder, 'README.md'), 'utf8');
    const names = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(names.length).toBeGreaterThan(0);
    for (const [at, name] of names.sort().entries()) {
      const number = (at + 1).toString();
      expect(name).toMatch(new RegExp(`^${number.padStart(4, '0')}-`));
      const [, title = ''] = /^# (.*)\n/.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      expect(title).toMatch(new RegExp(`^${number}\\. `));
      expect(list).toContain(`${number}. [${title.replace(/^\d+\. /, '')}](${name})\n`);
    }
  });

  test('links to files and to their headings lead somewhere', () => {
    for (const { page } of pages) {
      const text = readFileSync(join(root, page), 'utf8');
      for (const [, link = '', anchor] of text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
        const file = link === '' ? join(root, page) : join(root, dirname(page), link);
        expect([page, link, existsSync(file)]).toEqual([page, link, true]);
        if (anchor === undefined || !file.endsWith('.md')) continue;
        const found = pageAnchors(readFileSync(file, 'utf8')).has(anchor);
        expect([page, `${link}#${anchor}`, found]).toEqual([page, `${link}#${anchor}`, true]);
      }
    }
  });
});
