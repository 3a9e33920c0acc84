import { keepError, type Answer } from '@sessionkeep/core';
import type { ArchiveLocation } from '@sessionkeep/runner';
import { formatBytes, plural } from '@sessionkeep/runner/program';
import type { Archive } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import { join } from 'node:path';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { pad, textWidth } from '../render/text-width.js';
import { adoptableSource } from './adoptable-source.js';
import { askSource } from './ask-source.js';
import { askTarget, FOLDER, targetOffers, type Places } from './ask-target.js';
import type { Asker } from './asker.js';
import { refuseTarget, type SetupWish } from './default-setup.js';
import { findArchives } from './find-archives.js';
import { findShares } from './find-shares.js';
import { keptSources } from './kept-sources.js';
import { newestFirst, type FoundSource } from './look-at-source.js';
import { portablePath, shortLocation } from './portable-path.js';
import { projectTable } from './project-table.js';
import { nameTarget, type Setup, type SetupSource } from './setup.js';
import { sourceFacts } from './source-facts.js';

export interface AskOptions extends Omit<SetupWish, 'config'> {
  /** `--to`. */
  readonly target: ArchiveLocation | null;
  /** The places where the configuration may be written; absolute. */
  readonly configs: readonly string[];
  readonly args: Args;
}

/** The set-up that asks. What the command line says is not asked again. */
export async function askSetup(options: AskOptions, asker: Asker, context: Context): Answer<Setup> {
  const found = await askWhich(options.found, asker, context);
  if (found.isErr()) return err(found.error);
  const target = await whereTo(options.target, found.value, asker, options.args, context);
  if (target.isErr()) return err(target.error);
  const archive = await options.openArchive(target.value);
  if (archive.isErr()) return err(archive.error);
  const sources = await askSources(found.value, archive.value, options, asker, context);
  await archive.value.target.close();
  if (sources.isErr()) return err(sources.error);
  const config = await askConfig(options.configs, asker, context);
  if (config.isErr()) return err(config.error);
  const setup: Setup = {
    sources: sources.value,
    target: { name: nameTarget(target.value), location: target.value },
    config: config.value,
  };
  return confirmed(setup, asker, context);
}

/** Says what would be written, and asks whether it may be. */
async function confirmed(setup: Setup, asker: Asker, { home }: Context): Answer<Setup> {
  const archive = shortLocation(setup.target.location, home);
  const folders = setup.sources.map(
    ({ name, today }) => `  ${archive}/source-${name}: ${plural(today.length, 'repo')}`,
  );
  asker.say([
    `The configuration: ${portablePath(setup.config, { home })}`,
    'Folders in the archive:',
    ...folders,
  ]);
  const yes = await asker.confirm('Write this?');
  if (yes.isErr()) return err(yes.error);
  return yes.value ? ok(setup) : err(keepError('aborted', 'ask', 'nothing was written'));
}

async function askWhich(
  found: readonly FoundSource[],
  asker: Asker,
  { home }: Context,
): Answer<readonly FoundSource[]> {
  for (const source of found) asker.say([aboutSource(source, home), ...projectLines(source, asker, home)]);
  if (found.length < 2) return ok(found);
  return asker.some(
    'Sessions lie in several folders. Which are to be kept?',
    found.map((value) => ({ value, label: portablePath(value.path, { home }) })),
    { ticked: true },
  );
}

/** How many projects are shown. */
const SHOWN = 10;

function projectLines({ projects }: FoundSource, asker: Asker, home: string): string[] {
  if (projects.length === 0) return [];
  const shown = projects.toSorted(newestFirst).slice(0, SHOWN);
  const more = projects.length > SHOWN ? [`and ${plural(projects.length - SHOWN, 'older one')}`] : [];
  return [...projectTable(shown, asker.width(), home), ...more];
}

/** `~/.claude/projects: 3 projects, 17 sessions, 1.5 MB`. */
function aboutSource({ path, projects }: FoundSource, home: string): string {
  const place = portablePath(path, { home });
  if (projects.length === 0) return `${place}: no sessions yet`;
  const sessions = projects.reduce((sum, project) => sum + project.sessions, 0);
  const bytes = projects.reduce((sum, project) => sum + project.bytes, 0);
  return `${place}: ${plural(projects.length, 'project')}, ${plural(sessions, 'session')}, ${formatBytes(bytes)}`;
}

async function whereTo(
  given: ArchiveLocation | null,
  sources: readonly FoundSource[],
  asker: Asker,
  args: Args,
  context: Context,
): Answer<ArchiveLocation> {
  if (given !== null) {
    const refused = refuseTarget(given, sources);
    return refused === null ? ok(given) : err(refused);
  }
  const offers = targetOffers(await findPlaces(context), context);
  return askTarget(
    offers,
    sources.map(({ path }) => path),
    asker,
    args,
    context,
  );
}

async function findPlaces({ cwd, home }: Context): Promise<Places> {
  const shares = await findShares();
  const folders = [...shares.map(({ path }) => path), join(home, FOLDER), join(cwd, FOLDER)];
  return { shares, archives: folders.flatMap(findArchives) };
}

async function askSources(
  found: readonly FoundSource[],
  archive: Archive,
  { sourceName, ...options }: AskOptions,
  asker: Asker,
  { home }: Context,
): Answer<readonly SetupSource[]> {
  const kept = await keptSources(archive);
  if (kept.isErr()) return err(kept.error);
  const sources: SetupSource[] = [];
  for (const one of found) {
    const facts = sourceFacts(one, archive);
    if (facts.isErr()) return err(facts.error);
    const taken = sources.map(({ name }) => name);
    const name = taken.length === 0 ? sourceName : null;
    const usualName = (await adoptableSource(archive.target, one, kept.value)) ?? options.usualName;
    const source = await askSource(facts.value, { kept: kept.value, taken, usualName, name, home }, asker);
    if (source.isErr()) return err(source.error);
    sources.push(source.value);
  }
  return ok(sources);
}

async function askConfig(places: readonly string[], asker: Asker, { home }: Context): Answer<string> {
  const [only = '', ...others] = places;
  if (others.length === 0) return ok(only);
  const shown = places.map((path) => portablePath(path, { home }));
  const width = Math.max(...shown.map(textWidth));
  const found = ['found by who works in this folder', 'found from everywhere'];
  return asker.one(
    'Where is the configuration to lie?',
    places.map((value, at) => ({
      value,
      label: `${pad(shown[at] ?? '', width, 'left')}  ${found[at] ?? ''}`,
    })),
  );
}
