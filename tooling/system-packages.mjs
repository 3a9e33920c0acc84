import { accessSync, constants } from 'node:fs';
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
  { program: 'kubectl', debian: 'kubernetes-client', for: 'pods on a cluster' },
  {
    program: 'prometheus-pushgateway',
    debian: 'prometheus-pushgateway',
    for: 'metrics that something else understands',
  },
  { program: 'openssl', debian: 'openssl', for: 'certificates that nobody trusts' },
  { program: 'smbclient', debian: 'smbclient', for: 'another client of the same share' },
];

/**
 * Installs what is missing, where this process may: as root, on a machine with apt-get. Elsewhere it says
 * what is missing, and the tests that need it say so again.
 */
export async function installSystemPackages() {
  const missing = needed.filter(({ program }) => !isInPath(program));
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isInPath('apt-get')) {
    const names = missing.map(({ debian }) => debian);
    process.stdout.write(`Installing Debian packages for the tests: ${names.join(', ')}…\n`);
    const failure = await aptInstall(names);
    if (failure !== undefined) process.stdout.write(failure);
  }
  for (const { program, for: purpose } of missing.filter(({ program }) => !isInPath(program))) {
    process.stdout.write(`Missing: ${program}, for ${purpose}. The tests that need it will say so.\n`);
  }
}

/** @param {readonly string[]} names */
async function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
  if ((await install()).ok) return undefined;
  // A fresh machine has no package lists, or old ones that name files the mirror has dropped.
  const update = await runQuietly('apt-get', ['update'], { env });
  const again = await install();
  return again.ok ? undefined : update.output + again.output;
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
