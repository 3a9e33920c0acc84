import { err, ok, type Result } from 'neverthrow';
import { malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import type { CreateRequest } from '../wire/create.js';
import { FS_ATTRIBUTE, FS_FULL_SIZE } from '../wire/info-class.js';
import { decodeFsAttributes, FsAttribute } from '../wire/info/fs-attribute-info.js';
import { decodeFsFullSize, type VolumeSpace } from '../wire/info/fs-full-size-info.js';
import { Access, Attribute, CreateOption, Disposition } from '../wire/open-options.js';
import { decodeQueryInfoResponse } from '../wire/query-info.js';
import type { CallOptions } from './connect-options.js';
import { createRequest, FLUSH_STEP, queryInfoStep, renameStep, timesStep } from './file-steps.js';
import { diskIdIn, fileStat, type FileStat, type FileTimes, type FolderEntry } from './file-stat.js';
import { listFolder } from './list-folder.js';
import { createWords, type OpenOptions } from './open-options.js';
import { publish, type PublishOptions } from './publish.js';
import { readFile, type FileContent, type ReadFileOptions } from './read-file.js';
import { removeAt } from './remove.js';
import { runSteps, type Step, type Steps, type StepsDone } from './run-steps.js';
import type { ShareContext } from './share-context.js';
import { sharePath } from './share-path.js';
import { SmbFile } from './smb-file.js';

/** What the file system of a share says of itself (MS-FSCC 2.5.1). */
export interface VolumeInfo {
  /** What the server calls it, e.g. `NTFS`; many say so of whatever it is. */
  readonly fileSystem: string;
  /** How long a name may be, in characters. */
  readonly longestName: number;
  /** Whether `a` and `A` can be two files, as the server says it. */
  readonly caseSensitive: boolean;
  readonly readOnly: boolean;
}

/** For {@link SmbShare.rename}. */
export interface RenameOptions extends CallOptions {
  /** Whether a file at the new path is replaced; else it is `exists`. Default false. */
  readonly replace?: boolean;
}

/** For {@link SmbShare.mkdir}. */
export interface MkdirOptions extends CallOptions {
  /** Whether missing folders on the way are made, and a folder that is there already is fine. Default false. */
  readonly recursive?: boolean;
}

/** What a server says of a link that it leaves to the client. */
const UNFOLLOWED: readonly number[] = [Status.stoppedOnSymlink, Status.reparseTagNotHandled];

const LOOK = Access.readAttributes | Access.synchronize;

/**
 * A share that is connected to. Paths are relative to it, with `/` between names and none at the start; the empty
 * path is the share's own folder. All calls may be made at the same time.
 */
export class SmbShare {
  readonly name: string;
  readonly #context: ShareContext;

  /** @internal Shares come from `client.share`. */
  constructor(name: string, context: ShareContext) {
    this.name = name;
    this.#context = context;
  }

  /** Whether what goes to and from this share is encrypted. */
  get encrypted(): boolean {
    const { tree } = this.#context;
    return tree.sealed || tree.connection.protection.sealsAll;
  }

  /** What this user may do here at most, as the server says it; single files may be stricter. */
  get rights(): { readonly read: boolean; readonly write: boolean; readonly delete: boolean } {
    const { maximalAccess } = this.#context.tree;
    const has = (bit: number): boolean => (maximalAccess & bit) !== 0;
    return { read: has(Access.readData), write: has(Access.writeData), delete: has(Access.delete) };
  }

  /**
   * Opens a file (MS-SMB2 2.2.13). Close it when it is not needed any more.
   *
   * @example
   * const opened = await share.open('logs/today.jsonl', { mode: 'open-or-create', access: ['read', 'write'] });
   * if (opened.isOk()) {
   *   await opened.value.append(Buffer.from('one more line\n'));
   *   await opened.value.close({ flush: true });
   * }
   */
  async open(path: string, options: OpenOptions = {}): Promise<Result<SmbFile, SmbError>> {
    const { access, share, disposition, options: flags } = createWords(options);
    const done = await this.#run('open', path, options, (target) => ({
      create: createRequest(target, access, disposition, flags, { share }),
      steps: [],
      end: 'keep',
    }));
    return done.map(({ created }) => new SmbFile({ context: this.#context, path, created }));
  }

  /** What the server says of a file or folder; of a link that it does not follow, itself. One round trip. */
  async stat(path: string, options: CallOptions = {}): Promise<Result<FileStat, SmbError>> {
    const look = (flags: number): Promise<Result<StepsDone, SmbError>> =>
      this.#run('stat', path, options, (target) => ({
        create: createRequest(target, LOOK, Disposition.open, flags),
        steps: [],
        end: 'close',
      }));
    const followed = await look(0);
    const isLink = followed.isErr() && UNFOLLOWED.includes(followed.error.status?.code ?? 0);
    const done = isLink ? await look(CreateOption.openReparsePoint) : followed;
    return done.map(({ created }) => fileStat(created, diskIdIn(created.contexts), isLink));
  }

  /**
   * The entries of a folder (MS-SMB2 2.2.33), in the server's order and as they come, each with its size and times. An
   * `err` is the last item.
   *
   * @example
   * for await (const entry of share.list('documents')) {
   *   if (entry.isErr()) throw new Error(entry.error.message);
   *   console.log(entry.value.kind, entry.value.name, entry.value.size);
   * }
   */
  list(path: string, { signal }: CallOptions = {}): AsyncIterable<Result<FolderEntry, SmbError>> {
    return listFolder(this.#context, path, signal);
  }

  /** Makes a folder. Without `recursive` one that is there is `exists`, and a missing parent is `not-found`. */
  async mkdir(path: string, options: MkdirOptions = {}): Promise<Result<null, SmbError>> {
    const made = await this.#makeFolder(path, options);
    if (options.recursive !== true || made.isOk()) return made;
    if (made.error.kind === 'exists') return ok(null);
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (made.error.kind !== 'not-found' || parent === '') return made;
    const above = await this.mkdir(parent, options);
    if (above.isErr()) return above;
    const again = await this.#makeFolder(path, options);
    return again.isErr() && again.error.kind === 'exists' ? ok(null) : again;
  }

  /** Removes a file, or a link itself. While somebody has it open it stays until they close it. */
  async remove(path: string, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    return this.#remove('remove', path, false, options);
  }

  /** Removes an empty folder. */
  async removeFolder(path: string, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    return this.#remove('remove folder', path, true, options);
  }

  /** Gives a file or folder another path on this share. */
  async rename(from: string, to: string, options: RenameOptions = {}): Promise<Result<null, SmbError>> {
    const attempt: Attempt = { operation: 'rename', path: from };
    const step = sharePath(attempt, to).andThen((target) =>
      renameStep(attempt, target, options.replace ?? false),
    );
    if (step.isErr()) return err(step.error);
    const done = await this.#run('rename', from, options, (source) => ({
      create: createRequest(source, LOOK | Access.delete, Disposition.open, CreateOption.openReparsePoint, {
        contexts: [],
      }),
      steps: [step.value],
      end: 'close',
    }));
    return done.map(() => null);
  }

  /** Sets times of a file or folder, and gives what the server then says of it. */
  async setTimes(
    path: string,
    times: FileTimes,
    options: CallOptions = {},
  ): Promise<Result<FileStat, SmbError>> {
    const step = timesStep({ operation: 'set times', path }, times);
    if (step.isErr()) return err(step.error);
    const done = await this.#run('set times', path, options, (target) => ({
      create: createRequest(target, LOOK | Access.writeAttributes, Disposition.open, 0),
      steps: [step.value],
      end: 'close-and-tell',
    }));
    return done.map(({ created, told }) => fileStat(told ?? created, diskIdIn(created.contexts)));
  }

  /**
   * Makes what was created, renamed and removed in a folder durable, as far as the server can: some answer
   * `unsupported` or `denied`, or do nothing.
   */
  async flushFolder(path: string, options: CallOptions = {}): Promise<Result<null, SmbError>> {
    const done = await this.#run('flush folder', path, options, (target) => ({
      // On a folder the right to write is the right to add to it, which FLUSH asks for.
      create: folderRequest(target, LOOK | Access.writeData | Access.appendData, Disposition.open),
      steps: [FLUSH_STEP],
      end: 'close',
    }));
    return done.map(() => null);
  }

  /**
   * A file, or a range of it, in memory: one round trip up to 64 KiB, or up to 1 MiB where `length` is told.
   *
   * @example
   * const read = await share.readFile('notes.txt');
   * if (read.isOk()) console.log(Buffer.from(read.value.bytes).toString('utf8'), read.value.stat.modified);
   */
  async readFile(path: string, options: ReadFileOptions = {}): Promise<Result<FileContent, SmbError>> {
    return readFile(this.#context, path, options);
  }

  /**
   * Makes a whole file appear at once or not at all, durable and with its times: in one round trip up to 1 MiB, in two
   * where it replaces. Gives what the server then says of it. After an error that ended the connection too, `path` may hold
   * nothing, all of it or a part: some servers give a file its name though they could not write it, and then nobody is
   * left to take it away. With `replace` it never holds a part.
   *
   * @example
   * const published = await share.publish({
   *   path: 'notes.txt',
   *   temporary: 'notes.txt.part',
   *   bytes: Buffer.from('all of it, or nothing'),
   *   replace: true,
   * });
   * if (published.isErr() && published.error.retry) console.log('try again');
   */
  async publish(options: PublishOptions): Promise<Result<FileStat, SmbError>> {
    return publish(this.#context, options);
  }

  /** How large the file system is, and how much of it is free. */
  async space(options: CallOptions = {}): Promise<Result<VolumeSpace, SmbError>> {
    const attempt: Attempt = { operation: 'ask for the free space' };
    const asked = await this.#query(attempt, queryInfoStep(FS_FULL_SIZE, 32), options);
    return asked.andThen((bytes) => decodeFsFullSize(bytes).mapErr((fault) => malformed(attempt, fault)));
  }

  /** What the file system says of itself. */
  async volume(options: CallOptions = {}): Promise<Result<VolumeInfo, SmbError>> {
    const attempt: Attempt = { operation: 'ask about the file system' };
    const asked = await this.#query(attempt, queryInfoStep(FS_ATTRIBUTE, 1024), options);
    return asked
      .andThen((bytes) => decodeFsAttributes(bytes).mapErr((fault) => malformed(attempt, fault)))
      .map(({ attributes, longestName, name }) => ({
        fileSystem: name,
        longestName,
        caseSensitive: (attributes & FsAttribute.caseSensitiveSearch) !== 0,
        readOnly: (attributes & FsAttribute.readOnlyVolume) !== 0,
      }));
  }

  /** Leaves the share (MS-SMB2 2.2.11): the server closes what is open through it, and calls on it fail from then on. */
  async close(options: CallOptions = {}): Promise<Result<null, SmbError>> {
    return this.#context.tree.disconnect({ operation: 'leave share', path: this.name }, options.signal);
  }

  async #makeFolder(path: string, options: CallOptions): Promise<Result<null, SmbError>> {
    const done = await this.#run('make folder', path, options, (target) => ({
      create: folderRequest(target, LOOK, Disposition.create),
      steps: [],
      end: 'close',
    }));
    return done.map(() => null);
  }

  async #remove(
    operation: string,
    path: string,
    folder: boolean,
    { signal }: CallOptions,
  ): Promise<Result<null, SmbError>> {
    const attempt: Attempt = { operation, path };
    const target = sharePath(attempt, path);
    if (target.isErr()) return err(target.error);
    return removeAt(this.#context, {
      attempt,
      path: target.value,
      folder,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async #query(attempt: Attempt, step: Step, { signal }: CallOptions): Promise<Result<Buffer, SmbError>> {
    const done = await runSteps(this.#context, {
      attempt,
      create: folderRequest('', LOOK, Disposition.open),
      steps: [step],
      end: 'close',
      ...(signal === undefined ? {} : { signal }),
    });
    return done.andThen(({ replies: [reply] }) =>
      decodeQueryInfoResponse(reply?.message ?? Buffer.alloc(0)).mapErr((fault) => malformed(attempt, fault)),
    );
  }

  async #run(
    operation: string,
    path: string,
    { signal }: CallOptions,
    build: (target: string) => Pick<Steps, 'create' | 'steps' | 'end'>,
  ): Promise<Result<StepsDone, SmbError>> {
    const attempt: Attempt = { operation, path };
    const target = sharePath(attempt, path);
    if (target.isErr()) return err(target.error);
    return runSteps(this.#context, {
      attempt,
      ...build(target.value),
      ...(signal === undefined ? {} : { signal }),
    });
  }
}

function folderRequest(path: string, access: number, disposition: Disposition): CreateRequest {
  const attributes = Attribute.folder;
  return createRequest(path, access, disposition, CreateOption.folder, { attributes, contexts: [] });
}
