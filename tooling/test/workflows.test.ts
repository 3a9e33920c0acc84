import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { withRepository } from '../set-repository.mjs';
import { workflowProblems } from '../workflow-problems.mjs';
import { publishablePackages, root } from '../workspace.mjs';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly node?: readonly (string | number)[] } };
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name) => {
  const content = readFileSync(join(folder, name), 'utf8');
  return { name, content, workflow: parse(content) as Workflow };
});
const { scripts, engines } = readManifest('package.json');

function readManifest(path: string): {
  scripts: Record<string, string>;
  engines?: { node: string };
  repository?: object;
} {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as ReturnType<typeof readManifest>;
}

describe.each(workflows)('$name', ({ name, content, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);

  it('is a workflow, by the schema and the parser of GitHub', () => {
    expect(workflowProblems(name, content)).toEqual([]);
  });

  it('calls actions by commit, each with its version beside it', () => {
    const lines = content.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    const called = [...steps.map(({ uses }) => uses), ...jobs.map(({ uses }) => uses)].filter(Boolean);
    expect(lines).toHaveLength(called.length);
    for (const line of lines) {
      if (line.includes('uses: ./'))
        expect(existsSync(join(root, line.split('uses: ')[1]!.trim()))).toBe(true);
      else expect(line).toMatch(/uses: [\w-]+\/[\w-]+(?:\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('runs only what there is', () => {
    for (const { run } of steps) {
      for (const [, script] of run?.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g) ?? [])
        expect(Object.keys(scripts)).toContain(script);
      for (const [, script] of run?.matchAll(/\bnpm (test|start)\b/g) ?? [])
        expect(Object.keys(scripts)).toContain(script);
      for (const [, file] of run?.matchAll(/\bnode ((?!node_modules)\S+\.mjs)/g) ?? [])
        expect(existsSync(join(root, file!)), file).toBe(true);
      for (const [file] of run?.matchAll(/\bapps\/[\w./-]+/g) ?? [])
        expect(existsSync(join(root, file)), file).toBe(true);
    }
  });

  it('may read, and no more unless a job asks for it', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
    const writing = Object.entries(workflow.jobs).flatMap(([job, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([scope, access]) =>
        access === 'write' ? [`${job}: ${scope}`] : [],
      ),
    );
    expect(writing).toEqual(
      name === 'release.yml'
        ? [
            'version: contents',
            'version: pull-requests',
            'publish: contents',
            'publish: id-token',
            'image: packages',
            'image-index: packages',
          ]
        : [],
    );
  });

  it('holds no secret, and leaves no credentials in the working tree', () => {
    expect(content).not.toMatch(/secrets\.|NPM_TOKEN|NODE_AUTH_TOKEN|_authToken/);
    for (const step of steps) {
      if (step.uses?.startsWith('actions/checkout@') === true)
        expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
  });
});

test('the packages are tried under the oldest Node that they promise', () => {
  const ci = workflows.find(({ name }) => name === 'ci.yml')!.workflow;
  const oldest = new Set(
    publishablePackages().map(({ folder }) => readManifest(join(folder, 'package.json')).engines?.node),
  );
  expect([...oldest]).toEqual(['>=22.19']);
  expect(ci.jobs['engines']?.strategy?.matrix.node?.[0]).toBe('22.19.0');
  // The root's own scripts begin on an older one: they bring the Node that the rest runs on.
  expect(engines).toBeUndefined();
});

test('scripts of the release are ones that bash understands', () => {
  const release = workflows.find(({ name }) => name === 'release.yml')!.workflow;
  const scripts = Object.values(release.jobs).flatMap(({ steps = [] }) =>
    steps.flatMap(({ run = [] }) => run),
  );
  for (const script of scripts) execFileSync('bash', ['-n'], { input: script });
  expect(scripts.join('\n')).toContain('docker build');
  // A tag that is taken is never pushed anew, and the image is the one that deployments name.
  const image = scripts.filter((script) => script.includes('docker'));
  for (const script of image) {
    expect(script).toContain('/sessionkeep-cronjob\n');
    expect(script).toContain('docker manifest inspect');
    expect(script.indexOf('manifest inspect')).toBeLessThan(script.search(/docker (?:build|push)/));
  }
});

test.each([
  ['a key that there is not', 'on: push\njobs: { a: { runs-on: x, stepz: [] } }', 'stepz'],
  [
    'an expression that does not parse',
    'on: push\njobs: { a: { runs-on: "${{ github. }}", steps: [] } }',
    '',
  ],
  ['no jobs', 'on: push\n', 'jobs'],
])('a workflow with %s is found out', (_, content, part) => {
  expect(workflowProblems('x.yml', content).join('\n')).toContain(part);
  expect(workflowProblems('x.yml', content)).not.toEqual([]);
});

test('the repository is written into a manifest, and the rest is as it was', () => {
  const before = readFileSync(join(root, 'packages/core/package.json'), 'utf8');
  const after = withRepository(before, 'https://github.com/anna/sessionkeep', 'packages/core');
  const { repository, ...rest } = JSON.parse(after) as Record<string, unknown>;
  expect(repository).toEqual({
    type: 'git',
    url: 'git+https://github.com/anna/sessionkeep.git',
    directory: 'packages/core',
  });
  const { repository: _, ...old } = JSON.parse(before) as Record<string, unknown>;
  expect(rest).toEqual(old);
  expect(withRepository(after, 'https://github.com/anna/sessionkeep.git', 'packages/core')).toBe(after);
});
