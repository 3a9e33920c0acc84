import { noCounts, type Outcome } from '@sessionkeep/core';
import type { RunFacts } from '../run-facts.js';
import type { Metric, Sample } from './metric.js';

/** When the last run that did all it should ended: what an alert looks at. */
export const LAST_SUCCESS = 'sessionkeep_last_success_timestamp_seconds';

const UNSAVED_AGE = 'sessionkeep_oldest_unsaved_age_seconds';

/** The counts that are told. */
const ACTIONS = (Object.keys(noCounts()) as (Outcome | 'files')[]).filter((name) => name !== 'files');

/**
 * What a run came to, as gauges; those about what nobody knows are left out, and so is {@link LAST_SUCCESS} unless the run
 * ended with 0 and was no dry run.
 *
 * Whether a source can be reached is one sample, whatever targets there are: 0 when it could not be for one of them.
 */
export function metricsOf(facts: RunFacts): Metric[] {
  const { began, ended, exitCode, dryRun, version, repos, sources, verified } = facts;
  return [
    ...(exitCode === 0 && !dryRun ? [lastSuccess(ended / 1000)] : []),
    single('sessionkeep_last_run_timestamp_seconds', 'When the last run ended.', ended / 1000),
    single('sessionkeep_last_run_exit_code', 'What the last run exited with.', exitCode),
    single('sessionkeep_last_run_duration_seconds', 'How long the last run took.', (ended - began) / 1000),
    gauge('sessionkeep_build_info', 'The version that ran last.', [{ labels: { version }, value: 1 }]),
    gauge(
      'sessionkeep_source_reachable',
      'Whether the source could be asked.',
      sources.map(({ source, reachable }) => ({ labels: { source }, value: reachable ? 1 : 0 })),
      Math.min,
    ),
    unsavedAges(
      sources.flatMap(({ target, source, oldestUnsavedAge }) =>
        oldestUnsavedAge === null ? [] : [{ labels: { target, source }, value: oldestUnsavedAge / 1000 }],
      ),
    ),
    gauge(
      'sessionkeep_files',
      'Files of the last run, by what was done with them.',
      repos.flatMap(({ target, source, repo, counts }) =>
        ACTIONS.map((action) => ({ labels: { target, source, repo, action }, value: counts[action] })),
      ),
      add,
    ),
    gauge(
      'sessionkeep_moved_bytes',
      'Bytes that the last run brought to the archive.',
      repos.map(({ target, source, repo, bytesMoved }) => ({
        labels: { target, source, repo },
        value: bytesMoved,
      })),
      add,
    ),
    gauge(
      'sessionkeep_alarms',
      'Damage that the last run found.',
      repos.map(({ target, source, repo, alarms }) => ({ labels: { target, source, repo }, value: alarms })),
      add,
    ),
    gauge(
      'sessionkeep_ledger_size_bytes',
      'Size of the newest segment of the ledger.',
      repos.flatMap(({ target, source, repo, ledger }) =>
        ledger === null ? [] : [{ labels: { target, source, repo }, value: ledger.size }],
      ),
    ),
    gauge(
      'sessionkeep_ledger_head_info',
      'Where the ledger ends: its newest segment, and the digest of the last line.',
      repos.flatMap(({ target, source, repo, ledger }) =>
        ledger === null
          ? []
          : [
              {
                labels: { target, source, repo, segment: ledger.segment.toString(), head: ledger.head },
                value: 1,
              },
            ],
      ),
    ),
    gauge(
      'sessionkeep_verified_files',
      'Files whose kept bytes were read again by the last run that did so, by what was found.',
      verified.flatMap(({ target, source, repo, counts }) =>
        Object.entries(counts).map(([verdict, value]) => ({
          labels: { target, source, repo, verdict },
          value,
        })),
      ),
      add,
    ),
  ].filter(({ samples }) => samples.length > 0);
}

/**
 * The metrics for whoever keeps, of a name that is not told, what was told before: where the age is known of no source at all, it is
 * NaN for each, which no alert takes for 0.
 */
export function metricsToReplace(facts: RunFacts): Metric[] {
  const metrics = metricsOf(facts);
  if (facts.sources.length === 0 || metrics.some(({ name }) => name === UNSAVED_AGE)) return metrics;
  const unknown = facts.sources.map(({ target, source }) => ({ labels: { target, source }, value: NaN }));
  return [...metrics, unsavedAges(unknown)];
}

function unsavedAges(samples: readonly Sample[]): Metric {
  return gauge(
    UNSAVED_AGE,
    'Age of the oldest byte that waits for a backup, 0 where none waits.',
    samples,
    Math.max,
  );
}

/** When the last run that did all it should ended, in seconds. */
export function lastSuccess(seconds: number): Metric {
  return single(LAST_SUCCESS, 'When the last run that kept everything ended.', seconds);
}

function single(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ labels: {}, value }] };
}

/** One sample for each set of labels: Prometheus takes nothing at all of a text that has one twice. */
function gauge(
  name: string,
  help: string,
  samples: readonly Sample[],
  merge: (one: number, other: number) => number = (_, last) => last,
): Metric {
  const known = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(Object.values(sample.labels));
    const before = known.get(key);
    known.set(key, before === undefined ? sample : { ...sample, value: merge(before.value, sample.value) });
  }
  return { name, help, samples: [...known.values()] };
}

function add(one: number, other: number): number {
  return one + other;
}
