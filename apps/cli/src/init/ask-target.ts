import type { Answer } from '@sessionkeep/core';
import { join } from 'node:path';
import { resolvePath } from '../config/resolve-path.js';
import type { Context } from '../context.js';
import { formatBytes, plural } from '../render/format.js';
import { pad, textWidth } from '../render/text-width.js';
import type { Asker, Choice } from './asker.js';
import { targetProblem } from './target-problem.js';
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

/** Asks where the archive is to be; answers with an absolute path. */
export async function askTarget(
  offers: readonly TargetOffer[],
  sources: readonly string[],
  asker: Asker,
  context: Context,
): Answer<string> {
  const { cwd, home } = context;
  const shown = offers.map(({ path }) => portablePath(path, { home }));
  const width = Math.min(44, Math.max(...shown.map(textWidth)));
  const choices: Choice<string | null>[] = offers.map(({ path, about }, at) => ({
    value: path,
    label: `${pad(shown[at] ?? '', width, 'left')}  ${about}`,
    problem: targetProblem(path, sources),
  }));
  const chosen = await asker.one('Where are the backups to land?', [
    ...choices,
    { value: null, label: 'another folder …' },
  ]);
  if (chosen.isErr() || chosen.value !== null) return chosen.map((path) => path ?? '');
  const typed = await asker.text({
    message: 'Which folder? It is made where there is none.',
    check: (text) =>
      text.trim() === '' ? 'type a path' : problemOf(resolvePath(text.trim(), cwd, home), sources),
  });
  return typed.map((text) => resolvePath(text.trim(), cwd, home));
}

function problemOf(path: string, sources: readonly string[]): string | null {
  const problem = targetProblem(path, sources);
  return problem === null ? null : `${path} ${problem}`;
}

function aboutArchive({ repos, sources }: FoundArchive): string {
  if (sources.length === 0) return 'an archive, still empty';
  return `an archive: ${plural(repos, 'repo')} of ${sources.join(', ')}`;
}

function aboutShare({ remote, freeBytes }: Share): string {
  const kind = remote ? 'a share' : 'a disk';
  return freeBytes === null ? kind : `${kind}, ${formatBytes(freeBytes)} free`;
}
