import { keepError, type Answer, type KeepError } from '@sessionkeep/core';
import type { Archive } from '@sessionkeep/transfer';
import { err } from 'neverthrow';
import type { SelectedTarget } from '../select/select-targets.js';
import type { SelectedSource } from '../select/selected-source.js';
import { openTarget, type Engine, type OpenTargetOptions } from './engine.js';
import { closeSource, openSource, type OpenSource } from './open-source.js';
import type { Work } from './choose-work.js';

/** A target whose archive is open, and the sources. */
export interface TargetWork {
  readonly target: SelectedTarget;
  readonly archive: Archive;
  readonly sources: readonly OpenSource[];
}

/** What is done with each target. */
export interface TargetCallbacks {
  /** Done with an archive while it is open; an error is told to `failed`. */
  readonly work: (target: TargetWork) => Answer<void>;
  /** Told of a target that could not be worked on; the others go on. */
  readonly failed: (target: SelectedTarget, error: KeepError) => void;
  /** The same of a source; once, however many targets there are. */
  readonly sourceFailed: (source: SelectedSource, error: KeepError) => void;
}

/** Works through the targets one after another, each with its archive and the sources open. */
export async function forEachTarget(
  work: Pick<Work, 'sources' | 'targets'>,
  engine: Engine,
  options: (target: SelectedTarget) => OpenTargetOptions,
  { work: each, failed, sourceFailed }: TargetCallbacks,
): Promise<void> {
  const sources = await openSources(work, engine, sourceFailed);
  const isIdle = sources.length === 0 && work.sources.length > 0;
  for (const target of isIdle ? [] : work.targets) {
    const done = await onTarget(target, sources, engine, options(target), each);
    if (done.isErr()) failed(target, done.error);
  }
  for (const source of sources) await closeSource(source);
}

async function onTarget(
  target: SelectedTarget,
  sources: readonly OpenSource[],
  engine: Engine,
  options: OpenTargetOptions,
  work: TargetCallbacks['work'],
): Answer<void> {
  if (engine.signal.aborted) return err(keepError('aborted', 'open target', 'interrupted'));
  const archive = await openTarget(engine, target, options);
  if (archive.isErr()) return err(archive.error);
  const done = await work({ target, archive: archive.value, sources });
  await archive.value.target.close();
  return done;
}

async function openSources(
  { sources }: Pick<Work, 'sources'>,
  engine: Engine,
  failed: TargetCallbacks['sourceFailed'],
): Promise<OpenSource[]> {
  const open: OpenSource[] = [];
  for (const selected of sources) {
    const source = await openSource(selected, engine);
    if (source.isErr()) failed(selected, source.error);
    else open.push(paced(source.value, engine));
  }
  return open;
}

function paced(source: OpenSource, { pace }: Engine): OpenSource {
  if (pace === null) return source;
  const extras = source.extras.map(({ extra, transport }) => ({ extra, transport: pace.source(transport) }));
  return { ...source, extras, transport: pace.source(source.transport) };
}
