import type { Result } from 'neverthrow';
import type { Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { FILE_DISPOSITION } from '../wire/info-class.js';
import { encodeDispositionInfo } from '../wire/info/disposition-info.js';
import { Access, CreateOption, Disposition } from '../wire/open-options.js';
import { createRequest, setInfoStep } from './file-steps.js';
import { runSteps } from './run-steps.js';
import type { ShareContext } from './share-context.js';

export interface Removal {
  readonly attempt: Attempt;
  /** As the server has it. */
  readonly path: string;
  readonly folder: boolean;
  readonly signal?: AbortSignal;
}

/** Removes a file, a link itself or an empty folder. Files that somebody has open go when they are closed. */
export async function removeAt(context: ShareContext, removal: Removal): Promise<Result<null, SmbError>> {
  const { attempt, path, folder, signal } = removal;
  const kind = folder ? CreateOption.folder : CreateOption.notFolder;
  const access = Access.delete | Access.readAttributes | Access.synchronize;
  const removed = await runSteps(context, {
    attempt,
    create: createRequest(path, access, Disposition.open, kind | CreateOption.openReparsePoint, {
      contexts: [],
    }),
    // Unlike "delete on close" this tells when a folder is not empty or a file may not be deleted.
    steps: [setInfoStep(FILE_DISPOSITION, encodeDispositionInfo(true))],
    end: 'close',
    ...(signal === undefined ? {} : { signal }),
  });
  return removed.map(() => null);
}
