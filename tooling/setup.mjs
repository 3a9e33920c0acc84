// Set-up for the root's scripts: from a bare clone, with Node 20 and npm, to a built workspace on Node 24.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run.mjs';
import { bin, node24, root, toolEnvironment, workspacePackages } from './workspace.mjs';

const stamp = join(root, 'node_modules/.sessionkeep-setup');
const lock = join(root, '.setup-lock');
const longestSetup = 15 * 60_000;
const ownCache = join(root, '.setup-cache');

/**
 * Installs and builds what is not there yet. Says one line a step on stderr, and a tool's output only when
 * it fails, which ends the process with exit code 1.
 *
 * @param {{ build?: boolean }} [options]
 */
export async function setup({ build = true } = {}) {
  const release = await takeLock();
  try {
    const problem = (await install()) ?? (build ? await buildAll() : undefined);
    if (problem === undefined) return;
    process.stderr.write(problem);
  } finally {
    release();
  }
  process.exit(1);
}

/** @returns {Promise<string | undefined>} what went wrong */
async function install() {
  const wanted = fingerprint();
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;

  say(
    existsSync(stamp)
      ? 'Installing dependencies (they have changed)…'
      : 'Installing dependencies (first run only)…',
  );
  rmSync(stamp, { force: true });
  const manager = rootManifest().packageManager;
  // Not from the root: there npx would take the workspace's own pnpm, which an interrupted install leaves broken.
  const args = [
    '--yes',
    manager,
    '--dir',
    root,
    'install',
    '--frozen-lockfile',
    '--config.confirmModulesPurge=false',
  ];
  const { ok, output } = await runQuietly('npx', args, { cwd: tmpdir(), env: installEnvironment() });
  if (!ok)
    return `${output}\nThe dependencies could not be installed: see above. The npm registry must be reachable.\n`;
  // Written last: an install that was interrupted has no stamp and is done again.
  writeFileSync(stamp, wanted);
  return undefined;
}

/** @returns {Promise<string | undefined>} what went wrong */
async function buildAll() {
  // With nothing to do this takes half a second, which deserves no line.
  const timer = setTimeout(() => say('Building…'), 800);
  const { ok, output } = await runQuietly('turbo', ['run', 'build', '--output-logs=errors-only']);
  clearTimeout(timer);
  return ok ? undefined : `${output}\nThe build failed: see above.\n`;
}

/** Changes whenever another install is due. The machine is part of it, for Node's binary is. */
function fingerprint() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].concat(
    workspacePackages().map(({ folder }) => join(folder, 'package.json')),
  );
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/**
 * The machine's own Node, and a place to write: where the home folder is read-only or missing, the caches
 * of npm and pnpm go beside the workspace.
 */
function installEnvironment() {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== bin);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...toolEnvironment, PATH: path.join(delimiter) };
  // npm start sets this to the workspace, and npx would look there first.
  delete env['npm_config_local_prefix'];
  const cache = env['npm_config_cache'] ?? join(homedir(), '.npm');
  if (isWritable(existsSync(cache) ? cache : homedir())) return env;
  return {
    ...env,
    npm_config_cache: join(ownCache, 'npm'),
    npm_config_store_dir: join(ownCache, 'store'),
    XDG_CACHE_HOME: ownCache,
    XDG_DATA_HOME: ownCache,
    XDG_STATE_HOME: ownCache,
  };
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Two set-ups at once would install over each other; the second waits. A lock whose process is dead is taken over.
 *
 * @returns {Promise<() => void>} gives it back
 */
async function takeLock() {
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!holderLives()) rmSync(lock, { force: true });
    else if (waited === 0) say('Waiting for another set-up in this folder…');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function holderLives() {
  try {
    // After a reboot another process may have the holder's number.
    if (Date.now() - statSync(lock).mtimeMs > longestSetup) return false;
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's. ENOENT: it has just been given back.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function rootManifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
