import { needSamba, noSamba, startSamba, type Samba, type SambaOptions } from '@sessionkeep/testkit/samba';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Machine, type Ran, type RunOptions } from './run-built.js';
import { writeSessions } from './sessions.js';

/** What nothing that is written anywhere may have in it. */
export const PASSWORD = 'Tr0ub4dor-und-3';

/** A server for the tests of one file; without Samba they are skipped, and under `CI=true` fail. */
export function useSamba<const Share extends string = 'share'>(
  options: SambaOptions<Share> = {},
): () => Samba<Share> {
  let samba: Samba<Share> | null = null;
  beforeAll(async () => {
    // Root may do anything: what is forbidden shows only to somebody else.
    const user = process.getuid?.() === 0 ? { user: 'nobody' } : {};
    if (noSamba() === null) samba = await startSamba({ ...user, password: PASSWORD, ...options });
  });
  beforeEach((context) => needSamba(context));
  afterAll(async () => {
    await samba?.stop();
  });
  return () => {
    if (samba === null) throw new Error('the server runs only while tests do');
    return samba;
  };
}

/** A machine with three logs in two projects, and a folder of its own on a share, whose password is in its environment. */
export class ShareMachine<Share extends string = 'share'> extends Machine {
  static #count = 0;
  readonly folder: string;
  readonly url: string;
  /** The folder of the share as the server has it on its disk. */
  readonly kept: string;

  constructor(
    private readonly samba: Samba<Share>,
    { share, port = samba.port }: { readonly share?: Share; readonly port?: number } = {},
  ) {
    super();
    const name = share ?? (Object.keys(samba.folders)[0] as Share);
    this.folder = `archives/kept-${(ShareMachine.#count++).toString()}`;
    this.url = `smb://${samba.user}@${samba.host}:${port.toString()}/${name}/${this.folder}`;
    this.kept = join(samba.folders[name], this.folder);
    writeSessions(this.projects);
  }

  override get env(): NodeJS.ProcessEnv {
    return { ...super.env, SESSIONKEEP_SMB_PASSWORD: this.samba.password };
  }

  /** A command on the archive of source `mac`, told in JSON. */
  json(command: string, ...args: string[]): Promise<Ran> {
    return this.run(this.#args(command, args, ['--json']));
  }

  /** The same for people. */
  people(command: string, ...args: string[]): Promise<Ran> {
    return this.run(this.#args(command, args, []));
  }

  backup(options: RunOptions = {}, ...args: string[]): Promise<Ran> {
    return this.run(this.#args('backup', args, ['--source', 'mac', '--json']), options);
  }

  isThere(path = ''): boolean {
    return existsSync(join(this.kept, path));
  }

  #args(command: string, args: readonly string[], more: readonly string[]): string[] {
    return [command, ...args, '--to', this.url, ...more];
  }
}
