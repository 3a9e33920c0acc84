import { describe, expect, test } from 'vitest';
import { BEGAN, EVERYTHING, facts, repoFacts } from '../../test/helpers/facts.js';
import type { RunFacts } from '../run-facts.js';
import { metricsOf } from './metrics-of.js';

/** The values of a metric, by the values of its labels. */
function values(run: RunFacts, name: string): Record<string, number> {
  const samples = metricsOf(run).find((metric) => metric.name === `sessionkeep_${name}`)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join('|'), value]));
}

describe('the run', () => {
  test('its end, exit code and duration, in seconds', () => {
    const run = facts({ exitCode: 4, ended: BEGAN + 1500 });
    expect(values(run, 'last_run_timestamp_seconds')).toEqual({ '': BEGAN / 1000 + 1.5 });
    expect(values(run, 'last_run_exit_code')).toEqual({ '': 4 });
    expect(values(run, 'last_run_duration_seconds')).toEqual({ '': 1.5 });
    expect(values(run, 'build_info')).toEqual({ '1.2.3': 1 });
  });

  test.each([
    ['ended with 0', facts(), true],
    ['failed in part', facts({ exitCode: 3 }), false],
    ['was interrupted', facts({ exitCode: 130 }), false],
    ['was a dry run', facts({ dryRun: true }), false],
  ])('it %s: a success is told %#', (_, run, told) => {
    const found = values(run, 'last_success_timestamp_seconds');
    expect(found).toEqual(told ? { '': BEGAN / 1000 + 12 } : {});
  });
});

describe('sources', () => {
  test('what nobody knows is left out', () => {
    expect(values(EVERYTHING, 'oldest_unsaved_age_seconds')).toEqual({ 'nas|blue': 90.5 });
    expect(values(EVERYTHING, 'source_reachable')).toEqual({ blue: 1, mac: 0 });
  });

  test('one that could not be asked for one of two targets is one sample, of 0', () => {
    const source = { source: 'mac', oldestUnsavedAge: 0 };
    const sources = [
      { ...source, target: 'nas', reachable: true },
      { ...source, target: 'disk', reachable: false },
      { ...source, target: 'tape', reachable: true },
    ];
    expect(values(facts({ sources }), 'source_reachable')).toEqual({ mac: 0 });
    expect(values(facts({ sources }), 'oldest_unsaved_age_seconds')).toEqual({
      'nas|mac': 0,
      'disk|mac': 0,
      'tape|mac': 0,
    });
  });
});

describe('repos', () => {
  test('every action is told, also with 0, so that a rate can be made of it', () => {
    expect(values(EVERYTHING, 'files')).toMatchObject({
      'nas|blue|shop|copied': 3,
      'nas|blue|shop|appended': 1,
      'nas|blue|shop|failed': 2,
      'nas|blue|shop|damaged': 0,
      'nas|mac|home|unchanged': 0,
    });
    expect(Object.keys(values(EVERYTHING, 'files'))).toHaveLength(3 * 12);
    expect(Object.keys(values(EVERYTHING, 'files')).join()).not.toContain('|files');
  });

  test('bytes, alarms and where the ledger ends', () => {
    expect(values(EVERYTHING, 'moved_bytes')).toMatchObject({
      'nas|blue|shop': 45_200_000,
      'nas|mac|home': 0,
    });
    expect(values(EVERYTHING, 'alarms')).toMatchObject({ 'nas|blue|shop': 0, 'nas|mac|home': 2 });
    expect(values(EVERYTHING, 'ledger_size_bytes')).toEqual({ 'nas|blue|shop': 4711 });
    expect(values(EVERYTHING, 'ledger_head_info')).toEqual({ [`nas|blue|shop|2|${'ab'.repeat(32)}`]: 1 });
  });

  test('the same repo twice is one sample, for Prometheus takes nothing of a text that has two', () => {
    const repos = [1, 2].map((bytesMoved) => repoFacts({ bytesMoved, counts: { copied: bytesMoved } }));
    expect(values(facts({ repos }), 'moved_bytes')).toEqual({ 'nas|blue|shop': 3 });
    expect(values(facts({ repos }), 'files')).toMatchObject({ 'nas|blue|shop|copied': 3 });
    const labels = metricsOf(facts({ repos })).map(({ samples }) =>
      samples.map((sample) => JSON.stringify(sample.labels)),
    );
    for (const each of labels) expect(new Set(each).size).toBe(each.length);
  });

  test('what was read again, by verdict', () => {
    expect(values(EVERYTHING, 'verified_files')).toEqual({
      'nas|blue|shop|intact': 40,
      'nas|blue|shop|corrupt': 1,
    });
    expect(metricsOf(facts()).map(({ name }) => name)).not.toContain('sessionkeep_verified_files');
  });
});
