import { accessSync, constants, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run.mjs';

/** Programs that tests compare with, and the Debian package that brings each. */
const needed = [
  { program: 'rsync', debian: 'rsync', for: 'adopting an archive that rsync made' },
  { program: 'python3', debian: 'python3', for: 'reading the archive with the documented reader' },
  { program: 'systemd-analyze', debian: 'systemd', for: 'reading units and their times as systemd does' },
  { program: 'crontab', debian: 'cron', for: 'reading crontabs as cron does' },
  { program: 'script', debian: 'bsdutils', for: 'looking at the output on a terminal' },
  { program: 'bash', debian: 'bash', for: 'completing in bash' },
  { program: 'zsh', debian: 'zsh', for: 'completing in zsh' },
  { program: 'fish', debian: 'fish', for: 'completing in fish' },
  { program: 'mandoc', debian: 'mandoc', for: 'looking for mistakes in the man page' },
  { program: 'man', debian: 'man-db', for: 'showing the man page' },
  { program: 'tmux', debian: 'tmux', for: 'resizing a terminal' },
  { program: 'mount', debian: 'mount', for: 'full and unmounted disks' },
  { program: 'ps', debian: 'procps', for: 'looking for what a server leaves running' },
  { program: 'smbd', debian: 'samba', for: 'a share to talk to' },
  { program: 'busybox', debian: 'busybox-static', for: 'pods whose image has BusyBox' },
  { program: 'buildah', debian: 'buildah', for: "building the CronJob app's image" },
  { program: 'kubectl', debian: 'kubernetes-client', for: 'pods on a cluster' },
  { program: 'openssl', debian: 'openssl', for: 'certificates that nobody trusts' },
  { program: 'smbclient', debian: 'smbclient', for: 'another client of the same share' },
];

/** Programs whose package would bring a server that runs from then on: they alone are taken out of it. */
const alone = [
  { program: 'promtool', debian: 'prometheus', for: 'reading alert rules as Prometheus does' },
  {
    program: 'prometheus-pushgateway',
    debian: 'prometheus-pushgateway',
    for: 'metrics that something else understands',
  },
];

/** Where these go. */
const BIN = '/usr/local/bin';

/**
 * Installs what is missing, where this process may: as root, on a machine with apt-get. Elsewhere it says
 * what is missing, and the tests that need it say so again.
 */
export async function installSystemPackages() {
  const isMissing = (/** @type {{ program: string }} */ { program }) => !isInPath(program);
  if (![...needed, ...alone].some(isMissing)) return;
  if (process.getuid?.() === 0 && isInPath('apt-get')) {
    const names = needed.filter(isMissing).map(({ debian }) => debian);
    const programs = alone.filter(isMissing);
    const all = [...names, ...programs.map(({ program, debian }) => `${program} of ${debian}`)];
    process.stdout.write(`Installing Debian packages for the tests: ${all.join(', ')}…\n`);
    if (names.length > 0) process.stdout.write(await apt((env) => aptInstall(names, env)));
    for (const each of programs) process.stdout.write(await apt((env) => takeOut(each, env)));
  }
  for (const { program, for: purpose } of [...needed, ...alone].filter(isMissing)) {
    process.stdout.write(`Missing: ${program}, for ${purpose}. The tests that need it will say so.\n`);
  }
}

/**
 * Does it once more with fresh package lists where it fails; answers with what was said where that fails too, else with nothing.
 *
 * @param {(env: NodeJS.ProcessEnv) => ReturnType<typeof runQuietly>} work
 */
async function apt(work) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if ((await work(env)).ok) return '';
  // A fresh machine has no package lists, or old ones that name files the mirror has dropped.
  const update = await runQuietly('apt-get', ['update'], { env });
  const again = await work(env);
  return again.ok ? '' : update.output + again.output;
}

/**
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} env
 */
function aptInstall(names, env) {
  return runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
}

/**
 * Downloads a package and takes one program out of it: nothing is installed, so nothing is started.
 *
 * @param {{ program: string, debian: string }} wanted
 * @param {NodeJS.ProcessEnv} env
 */
async function takeOut({ program, debian }, env) {
  const cwd = mkdtempSync(join(tmpdir(), 'sessionkeep-package-'));
  try {
    const downloaded = await runQuietly('apt-get', ['download', debian], { cwd, env });
    const file = readdirSync(cwd).find((name) => name.endsWith('.deb'));
    if (!downloaded.ok || file === undefined) return { ok: false, output: downloaded.output };
    const unpacked = await runQuietly('dpkg-deb', ['--extract', file, '.'], { cwd, env });
    if (!unpacked.ok) return unpacked;
    copyFileSync(join(cwd, 'usr/bin', program), join(BIN, program));
    return { ok: true, output: '' };
  } catch (error) {
    return { ok: false, output: `${program}: ${String(error)}\n` };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** @param {string} program */
function isInPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
