// What `npm start` does once all is set up: back up what there is, verify it, say how to go on.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runInForeground } from './run.mjs';
import { cli, node24, root, withTools } from './workspace.mjs';

const ARCHIVE = './claude-sessions';
const DEMO = './claude-sessions-demo';

/** Exit codes after which there is an archive to verify: done, partial, damage. */
const WORTH_VERIFYING = new Set([0, 3, 4]);

/**
 * @param {string} cwd where the archive goes
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the CLI's exit code: the backup's, unless verifying it found more
 */
export async function mainJob(cwd, env) {
  const run = (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    runInForeground(program, args, { cwd, env: withTools(env) });
  const options = await chooseOptions(cwd, env, run);
  if (options === null) return 1;
  const backedUp = await run(cli, 'backup', ...options);
  if (!WORTH_VERIFYING.has(backedUp)) return backedUp;
  const verified = await run(cli, 'verify', ...options);
  if (verified === 130) return verified;
  tellNext(options);
  return verified === 0 ? backedUp : verified;
}

/**
 * A configuration says all; else Claude Code's own folder is backed up; else a demonstration is made.
 *
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @param {(program: string, ...args: string[]) => Promise<number>} run
 * @returns {Promise<string[] | null>} null when no demonstration could be made
 */
async function chooseOptions(cwd, env, run) {
  const home = env['HOME'] ?? homedir();
  const configured = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const configs = [join(cwd, 'sessionkeep.yaml'), join(configured, 'sessionkeep', 'sessionkeep.yaml')];
  const config = configs.find((path) => existsSync(path));
  if (config !== undefined) {
    say(`Backing up as ${config} says.`);
    return [];
  }
  const projects = join(env['CLAUDE_CONFIG_DIR'] || join(home, '.claude'), 'projects');
  if (hasSessions(projects)) {
    say(`Backing up ${projects} to ${ARCHIVE}.`);
    return ['--from', projects, '--to', ARCHIVE];
  }
  say(`There are no Claude Code sessions in ${projects}.`);
  const made = hasSessions(join(cwd, DEMO));
  if (!made && (await run(node24, join(root, 'tooling/make-demo.mjs'), DEMO)) !== 0) return null;
  say(`${made ? 'Using' : 'Made'} a demonstration in ${DEMO}: invented sessions,`);
  say(`ignored by git, safe to delete. Backing it up to ${ARCHIVE}.`);
  return ['--from', DEMO, '--source', 'demo', '--to', ARCHIVE];
}

/**
 * @param {string} projects
 * @returns {boolean} whether any of its project folders has a log
 */
function hasSessions(projects) {
  return names(projects).some((folder) =>
    names(join(projects, folder)).some((name) => name.endsWith('.jsonl')),
  );
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function names(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string[]} options */
function tellNext(options) {
  const cli = 'npm run -s sessionkeep --';
  const to = options.includes('--to') ? ` --to ${ARCHIVE}` : '';
  say(`
What to do next
  ${cli} status${to}
      what the archive has
  ${cli} restore${to} --into ./restored
      bring all of it back into a folder; --session UUID for one session,
      --at 2d for an earlier state
  ${cli} help
      everything else. A sessionkeep.yaml names sources, repos and targets:
      see README.md.`);
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}
