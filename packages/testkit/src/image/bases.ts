import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath } from '../samba/programs.js';
import { runProgram } from './run-program.js';

/** What Node is linked with. */
const LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6'];
/** The npm that images of Node 24 have. */
const NPM = 'npm@11.21.2';
/** Whom a Debian machine trusts, by the package `ca-certificates`. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const MERGED = ['bin', 'lib', 'lib64', 'sbin'];

/**
 * Makes a root file system with Debian's libraries and this process's Node, where distroless images have it; nothing else is in
 * there, least of all a shell. `Dockerfile` beside it makes an image of it.
 */
export async function makeBase(folder: string): Promise<void> {
  await makeRoot(folder);
  await installNode(join(folder, 'root/nodejs/bin'));
  // As those of the usual bases do: an image that leaves them standing does not start.
  const program = 'ENTRYPOINT ["/nodejs/bin/node"]\nCMD ["node"]\n';
  await writeFile(join(folder, 'Dockerfile'), `FROM scratch\nCOPY . /\n${program}`);
}

/**
 * Makes one like it to build in, as the images of Node have it: with npm, a shell and the usual commands.
 */
export async function makeBuildBase(folder: string): Promise<void> {
  await makeRoot(folder);
  const root = join(folder, 'root');
  await installNode(join(root, 'usr/local/bin'));
  const prefix = join(root, 'usr/local');
  await runProgram('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', NPM], {
    cwd: folder,
  });
  await copyFile(programPath('busybox'), join(root, 'usr/bin/busybox'));
  await runProgram('chroot', [root, '/usr/bin/busybox', '--install', '-s', '/usr/bin']);
  await mkdir(join(root, 'root'));
  const trust = await trustAsHere(root);
  await writeFile(join(folder, 'Dockerfile'), `FROM scratch\nCOPY . /\n${trust}`);
}

async function makeRoot(folder: string): Promise<void> {
  const root = join(folder, 'root');
  for (const name of MERGED) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(join('usr', name), join(root, name));
  }
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  const packages = join(folder, 'packages');
  await mkdir(packages);
  await downloadPackages(packages);
  for (const name of await readdir(packages)) {
    const tar = join(folder, 'package.tar');
    await runProgram('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" >"$2"', 'sh', join(packages, name), tar]);
    const leaveOut = ['--exclude=./usr/share/*', '--exclude=gconv'];
    await runProgram('tar', ['-xf', tar, '-C', root, '--keep-directory-symlink', ...leaveOut]);
  }
}

async function downloadPackages(folder: string): Promise<void> {
  const download = (): Promise<string> =>
    runProgram('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...LIBRARIES], { cwd: folder });
  try {
    await download();
  } catch {
    // A fresh machine has no package lists, or old ones that name files the mirror has dropped.
    await runProgram('apt-get', ['update']);
    await download();
  }
}

async function installNode(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(process.execPath, join(folder, 'node'), { dereference: true });
}

/** Node's npm trusts whom this machine's does; proxies are handed on by buildah itself. */
async function trustAsHere(root: string): Promise<string> {
  const named = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  const certificates = named === '' ? CERTIFICATES : named;
  if (!existsSync(certificates)) return '';
  await mkdir(dirname(join(root, CERTIFICATES)), { recursive: true });
  await copyFile(certificates, join(root, CERTIFICATES));
  return `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}\n`;
}
