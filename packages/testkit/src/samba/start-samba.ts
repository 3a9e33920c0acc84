import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFilesOf } from './open-files.js';
import { programPath } from './programs.js';
import type { Samba, SambaOptions, ShareOptions } from './samba-options.js';
import { mountSmallDisk, unmountSmallDisk } from './small-disk.js';
import { CONF, LOG, SERVER_FOLDERS, smbConf } from './smb-conf.js';
import { Smbd } from './smbd.js';

const HOST = '127.0.0.1';
const ATTEMPTS = 5;

/**
 * Starts a Samba server on a free port of loopback; resolves when it answers. Several may run at once. Throws with
 * the server's log where it cannot be started; see {@link noSamba}.
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 *
 * await using samba = await startSamba({ signing: 'mandatory', shares: { share: {}, safe: { encrypt: 'required' } } });
 * writeFileSync(`${samba.folders.safe}/a.txt`, 'seen on the share');
 */
export async function startSamba<const Share extends string = 'share'>(
  options: SambaOptions<Share> = {},
): Promise<Samba<Share>> {
  const home = new Home(options.within ?? tmpdir());
  try {
    const server = new Server(home, options);
    await server.start();
    return server;
  } catch (cause) {
    home.remove();
    throw cause;
  }
}

class Server<Share extends string> implements Samba<Share> {
  readonly host = HOST;
  readonly user: string;
  readonly password: string;
  readonly authFile: string;
  readonly folders: Readonly<Record<Share, string>>;
  readonly #home: Home;
  readonly #options: SambaOptions;
  readonly #conf: string;
  #port = 0;

  constructor(home: Home, options: SambaOptions<Share>) {
    const shares: Readonly<Record<string, ShareOptions>> = options.shares ?? { share: {} };
    this.#home = home;
    this.#options = { ...options, shares };
    this.#conf = join(home.folder, CONF);
    this.user = options.user ?? userInfo().username;
    this.password = options.password ?? randomBytes(12).toString('base64url');
    this.authFile = join(home.folder, 'auth');
    writeFileSync(this.authFile, `username = ${this.user}\npassword = ${this.password}\n`, { mode: 0o600 });
    const made = Object.entries(shares).map(([name, share]) => [
      name,
      home.makeShare(name, share, this.user),
    ]);
    this.folders = Object.fromEntries(made) as Record<Share, string>;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#configure(await freePort());
    addUser(this.#conf, this.user, this.password);
    await this.#run(async () => this.#configure(await freePort()));
  }

  async kill(): Promise<void> {
    await this.#home.smbd?.kill();
    this.#home.smbd = null;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.#run(async () => sleep(100));
  }

  freeze(): void {
    this.#home.smbd?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#home.smbd?.signal('SIGCONT');
  }

  openFiles() {
    return openFilesOf(this.#conf);
  }

  log(): string {
    const path = join(this.#home.folder, LOG);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#home.remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #configure(port: number): void {
    this.#port = port;
    writeFileSync(this.#conf, smbConf(this.#home.folder, port, this.#options, this.folders));
  }

  /** Between the moment a port was seen free and the server's start somebody else may take it. */
  async #run(beforeNext: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#home.smbd = await Smbd.start(this.#home.folder, HOST, this.#port);
      if (this.#home.smbd !== null) return;
      if (attempt === ATTEMPTS) throw new Error(`smbd does not start:\n${this.log()}`);
      await beforeNext();
    }
  }
}

/** All that is left of a server in the system, and has to go with it. */
class Home {
  static readonly #all = new Set<Home>();
  readonly folder: string;
  readonly #disks: string[] = [];
  smbd: Smbd | null = null;

  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, 'samba-'));
    // Whoever signs in goes through here to the share.
    chmodSync(this.folder, 0o755);
    for (const folder of SERVER_FOLDERS) mkdirSync(join(this.folder, folder), { mode: 0o755 });
    if (Home.#all.size === 0) process.on('exit', Home.#removeAll);
    Home.#all.add(this);
  }

  makeShare(name: string, share: ShareOptions, user: string): string {
    const folder = join(this.folder, 'shares', name);
    mkdirSync(folder, { recursive: true });
    if (share.diskBytes !== undefined) {
      mountSmallDisk(folder, share.diskBytes);
      this.#disks.push(folder);
    }
    if (user !== userInfo().username) chownSync(folder, ...idsOf(user));
    return folder;
  }

  remove(): void {
    this.smbd?.signal('SIGKILL');
    this.smbd = null;
    for (const disk of this.#disks.splice(0)) unmountSmallDisk(disk);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    Home.#all.delete(this);
    if (Home.#all.size === 0) process.off('exit', Home.#removeAll);
  }

  static readonly #removeAll = (): void => {
    for (const home of Home.#all) home.remove();
  };
}

function idsOf(user: string): [uid: number, gid: number] {
  const id = (which: string) =>
    Number(execFileSync('id', [which, user], { encoding: 'utf8', stdio: 'pipe' }));
  return [id('-u'), id('-g')];
}

function addUser(conf: string, user: string, password: string): void {
  const args = [`--configfile=${conf}`, '--create', '--password-from-stdin', `--user=${user}`];
  execFileSync(programPath('pdbedit'), args, { input: `${password}\n${password}\n`, stdio: 'pipe' });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
