import type { Answer, KeepError } from '@sessionkeep/core';
import { type ArchiveLocation, givenLocation, locationText } from '@sessionkeep/runner';
import { formatBytes, plural } from '@sessionkeep/runner/program';
import { err, ok, type Result } from 'neverthrow';
import { join } from 'node:path';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { pad, textWidth } from '../render/text-width.js';
import type { Asker, Choice } from './asker.js';
import { folderProblem, targetProblem } from './target-problem.js';
import type { FoundArchive } from './find-archives.js';
import type { Share } from './find-shares.js';
import { portablePath } from './portable-path.js';

/** A folder that an archive could be in, and what speaks for it. */
export interface TargetOffer {
  readonly path: string;
  readonly about: string;
}

/** What was found that could hold an archive. */
export interface Places {
  /** The best first: archives that there are come before all. */
  readonly archives: readonly FoundArchive[];
  readonly shares: readonly Share[];
}

/** The name that an archive's folder gets where nobody says one. */
export const FOLDER = 'claude-sessions';

/** The folders that are offered: archives that there are, then shares, then disks, then this machine's own disk. */
export function targetOffers({ archives, shares }: Places, { cwd, home }: Context): TargetOffer[] {
  const remoteFirst = [...shares].sort((a, b) => Number(b.remote) - Number(a.remote));
  const offers = [
    ...archives.map((archive) => ({ path: archive.path, about: aboutArchive(archive) })),
    ...remoteFirst.map((share) => ({ path: join(share.path, FOLDER), about: aboutShare(share) })),
    { path: join(home, FOLDER), about: 'the disk of your home folder' },
    { path: join(cwd, FOLDER), about: 'in this folder' },
  ];
  const first = new Map<string, TargetOffer>();
  for (const offer of offers) if (!first.has(offer.path)) first.set(offer.path, offer);
  return [...first.values()];
}

/** Asks where the archive is to be: one of these folders, or what is typed. */
export async function askTarget(
  offers: readonly TargetOffer[],
  sources: readonly string[],
  asker: Asker,
  args: Args,
  context: Context,
): Answer<ArchiveLocation> {
  const { home } = context;
  const shown = offers.map(({ path }) => portablePath(path, { home }));
  const width = Math.min(44, Math.max(...shown.map(textWidth)));
  const choices: Choice<string | null>[] = offers.map(({ path, about }, at) => ({
    value: path,
    label: `${pad(shown[at] ?? '', width, 'left')}  ${about}`,
    problem: folderProblem(path, sources),
  }));
  const chosen = await asker.one('Where are the backups to land?', [
    ...choices,
    { value: null, label: 'another folder, or a share: smb://…' },
  ]);
  if (chosen.isErr()) return err(chosen.error);
  if (chosen.value !== null) return ok({ type: 'local', path: chosen.value });
  const read = (text: string): Result<ArchiveLocation, KeepError> =>
    givenLocation(text.trim(), '--to', choiceOf(args), context);
  const typed = await asker.text({
    message: 'Which folder, or smb://USER@HOST/SHARE/FOLDER? It is made where there is none.',
    check: (text) => (text.trim() === '' ? 'type a path' : problemOf(read(text), sources)),
  });
  return typed.andThen(read);
}

function problemOf(read: Result<ArchiveLocation, KeepError>, sources: readonly string[]): string | null {
  if (read.isErr()) return `${read.error.message.replace('--to: ', '')}; ${read.error.hint ?? ''}`;
  const problem = targetProblem(read.value, sources);
  return problem === null ? null : `${locationText(read.value)} ${problem}`;
}

function aboutArchive({ repos, sources }: FoundArchive): string {
  if (sources.length === 0) return 'an archive, still empty';
  return `an archive: ${plural(repos, 'repo')} of ${sources.join(', ')}`;
}

function aboutShare({ remote, freeBytes }: Share): string {
  const kind = remote ? 'a share' : 'a disk';
  return freeBytes === null ? kind : `${kind}, ${formatBytes(freeBytes)} free`;
}
