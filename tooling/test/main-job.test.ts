import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const JOB = new URL('../main-job.mjs', import.meta.url).href;

/** Runs the main job in a folder of its own and gives what it said. */
function start(cwd: string, home: string): string {
  const script = `import { mainJob } from '${JOB}'; process.exitCode = await mainJob(process.cwd(), process.env);`;
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_STATE_HOME: join(home, 'state') };
  const bash = ['-c', `exec "$0" --input-type=module -e "$1" 2>&1`, process.execPath, script];
  return execFileSync('bash', bash, { cwd, env, encoding: 'utf8', timeout: 50_000 });
}

test('npm start backs up a demonstration where there are no sessions, and says what to do next', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'start-')));
  const [cwd, home] = [join(folder, 'cwd'), join(folder, 'home')];
  mkdirSync(cwd);
  const said = start(cwd, home);
  expect(said).toContain('There are no Claude Code sessions');
  expect(said).toContain('Source, archive and ledger agree.');
  expect(said).toContain('What to do next');
  expect(readdirSync(cwd).sort()).toEqual(['claude-sessions', 'claude-sessions-demo']);
  expect(start(cwd, home)).toContain('Using a demonstration');
});

test('npm start backs up the sessions that there are', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'start-')));
  const project = join(folder, 'home', '.claude', 'projects', '-home-anna-shop');
  mkdirSync(join(folder, 'cwd'));
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, '7d3c1f7e-0000-4000-8000-000000000001.jsonl'), '{"cwd":"/home/anna/shop"}\n');
  const said = start(join(folder, 'cwd'), join(folder, 'home'));
  expect(said).toContain(`Backing up ${join(folder, 'home', '.claude', 'projects')} to ./claude-sessions`);
  expect(readdirSync(join(folder, 'cwd'))).toEqual(['claude-sessions']);
});
