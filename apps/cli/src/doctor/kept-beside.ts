import {
  addUnsaved,
  fineFinding,
  NOTHING_UNSAVED,
  oddFinding,
  type Finding,
  type KeepError,
  type Unsaved,
} from '@sessionkeep/core';
import {
  closeAsked,
  findAsked,
  lookAtArchive,
  openTarget,
  type Asked,
  type Choice,
  type Engine,
  type LoadedConfig,
  type SelectedSource,
  type SelectedTarget,
  type SourceStanding,
  type World,
} from '@sessionkeep/runner';
import { formatBytes, plural } from '@sessionkeep/runner/program';
import type { Archive } from '@sessionkeep/transfer';
import type { Result } from 'neverthrow';
import { expiringFields, expiringSentence } from '../retention/expiring-sentence.js';
import { findExpiring, SOON_DAYS, type ExpiringSource } from '../retention/expiring-sessions.js';
import { readRetention, type SourceRetention } from '../retention/read-retention.js';

export interface KeptBesideOptions {
  readonly targets: readonly SelectedTarget[];
  readonly choice: Choice;
  readonly config: LoadedConfig | null;
  readonly context: World;
  readonly engine: Engine;
}

/** Says of sources what none of the archives has: whether there is room for it, and what Claude Code deletes before it is kept. */
export class KeptBeside {
  readonly #archives = new Map<string, Result<Archive, KeepError>>();
  /** By the target's name: what is free there, less what the sources before would take. */
  readonly #free = new Map<string, number>();

  constructor(private readonly options: KeptBesideOptions) {}

  /** Told what was found at a target. */
  learn(target: string, { step, facts }: Finding): void {
    if (step === 'space' && typeof facts?.['free'] === 'number') this.#free.set(target, facts['free']);
  }

  async *examine(source: SelectedSource): AsyncIterable<Finding> {
    const { choice, config, context, engine, targets } = this.options;
    const asked = await findAsked(onlyThis(choice, config, source), config, context, engine);
    if (asked.isErr()) {
      yield oddFinding('unsaved', `cannot be told: ${asked.error.message}`, asked.error.hint);
      return;
    }
    try {
      const expiring: { readonly target: string; readonly found: readonly ExpiringSource[] }[] = [];
      for (const target of targets) {
        const found = await this.#standings(target, asked.value, source);
        if (found.isErr()) {
          const text = `what ${target.name} has of it cannot be told: ${found.error.message}`;
          yield oddFinding(
            'unsaved',
            text,
            found.error.hint ?? 'sessionkeep doctor says of the target what is wrong',
          );
          continue;
        }
        yield this.#roomFinding(target.name, found.value);
        expiring.push({
          target: target.name,
          found: await findExpiring(found.value, asked.value.open, engine),
        });
      }
      yield* retentionFindings(expiring, await this.#retentionOf(asked.value), source.name);
    } finally {
      await closeAsked(asked.value);
    }
  }

  async close(): Promise<void> {
    for (const archive of this.#archives.values()) if (archive.isOk()) await archive.value.target.close();
  }

  /** How the source stands in an archive, each of its pods for itself where they are sources of their own. */
  async #standings(
    target: SelectedTarget,
    asked: Asked,
    source: SelectedSource,
  ): Promise<Result<readonly SourceStanding[], KeepError>> {
    const { choice, config, context, engine } = this.options;
    const opened = this.#archives.get(target.name) ?? (await openTarget(engine, target, { create: false }));
    this.#archives.set(target.name, opened);
    if (opened.isErr()) return opened.map(() => []);
    const look = {
      choice: onlyThis(choice, config, source),
      config,
      archive: opened.value,
      now: context.now(),
      signal: engine.signal,
    };
    const own = (found: readonly SourceStanding[]): readonly SourceStanding[] =>
      found.filter((one) => isPart(one, source));
    const known = (await lookAtArchive({ ...look, asked })).map(own);
    // An archive that has nothing from here has yet to get all of it.
    return known.isOk() && known.value.length === 0 && asked.unnamed
      ? (await lookAtArchive({ ...look, asked: { ...asked, unnamed: false } })).map(own)
      : known;
  }

  #roomFinding(target: string, standings: readonly SourceStanding[]): Finding {
    const silent = standings.find((one) => one.silent !== null);
    const known = standings.flatMap(({ unsaved }): Unsaved[] => (unsaved === null ? [] : [unsaved]));
    if (known.length === 0 && silent !== undefined)
      return oddFinding('unsaved', `what ${target} has of it cannot be told: ${silent.silent ?? ''}`);
    const { files, bytes } = addUnsaved([NOTHING_UNSAVED, ...known]);
    const free = this.#free.get(target) ?? null;
    if (free !== null) this.#free.set(target, free - bytes);
    const facts = { target, files, bytes, free };
    if (files === 0) return { ...fineFinding('unsaved', `${target} has all of it`), facts };
    const what = `${target} has yet to get ${formatBytes(bytes)} in ${plural(files, 'file')}`;
    if (free === null) return { ...fineFinding('unsaved', what), facts };
    if (bytes <= free) return { ...fineFinding('unsaved', `${what}; ${formatBytes(free)} are free`), facts };
    const says = `${what}, and ${formatBytes(Math.max(0, free))} are left for it`;
    return {
      ...oddFinding(
        'unsaved',
        says,
        'free space there, or name another target: a backup goes as far as it can',
      ),
      facts,
    };
  }

  async #retentionOf({ open }: Asked): Promise<SourceRetention | null> {
    const [first] = open;
    return first === undefined ? null : readRetention(first.selected.location, this.options.engine);
  }
}

/** The choice as if this source alone had been named; the one source there is without a configuration has no name yet. */
function onlyThis(choice: Choice, config: LoadedConfig | null, { configured, pod }: SelectedSource): Choice {
  const isNamed = config !== null && config.config.sources.length > 0;
  return isNamed ? { ...choice, source: pod ?? configured } : choice;
}

/** True for what was asked, and for a source, or one of its pods, that could not be. */
function isPart({ source, silent, gone }: SourceStanding, { name, location }: SelectedSource): boolean {
  if (silent === null || source === name) return true;
  return !gone && location.type === 'kubernetes' && location.pods === 'each' && source.startsWith(`${name}-`);
}

function* retentionFindings(
  all: readonly { readonly target: string; readonly found: readonly ExpiringSource[] }[],
  retention: SourceRetention | null,
  source: string,
): Iterable<Finding> {
  if (retention === null) {
    yield fineFinding(
      'retention',
      'the folder is not called projects: no Claude Code is known to delete from it',
    );
    return;
  }
  let isSaid = false;
  for (const { target, found } of all)
    for (const one of found) {
      if (one.files === 0) continue;
      isSaid = true;
      const who = one.source === source ? '' : `${one.source}: `;
      const says = `${who}${expiringSentence(one, target)}`;
      const hint = `run sessionkeep backup now, or raise cleanupPeriodDays in ${one.retention.file} (${daysText(one.retention)})`;
      yield { ...oddFinding('retention', says, hint), facts: { target, ...expiringFields(one) } };
    }
  if (isSaid) return;
  const { days, from, file } = retention;
  const isKnown = all.length > 0;
  const facts = { retentionDays: days, retentionFrom: from };
  if (from === 'zero') {
    const says = `cleanupPeriodDays is 0 in ${file}: earlier versions of Claude Code then delete every session and write none, later ones refuse the setting`;
    yield { ...oddFinding('retention', says, 'write a number of days there, 365 or more'), facts };
  } else if (from === 'unclear') {
    const says = `${file} does not say clearly what cleanupPeriodDays is: ${days.toString()} days are taken for granted`;
    yield { ...oddFinding('retention', says, 'write a number of days there, 365 or more'), facts };
  } else {
    const none = isKnown ? `, and none within ${SOON_DAYS.toString()} days that is not kept` : '';
    const text = `Claude Code deletes sessions after ${daysText(retention)}${none}`;
    yield { ...fineFinding('retention', text), facts };
  }
}

function daysText({ days, from }: SourceRetention): string {
  const text = plural(days, 'day');
  return from === 'default'
    ? `${text}, as nothing is set`
    : from === 'unclear'
      ? `nothing that is understood, so ${text}`
      : text;
}
