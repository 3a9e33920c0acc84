import { describe, expect, test } from 'vitest';
import { EVERYTHING, facts } from '../../test/helpers/facts.js';
import { metricsOf } from './metrics-of.js';
import { prometheusText } from './prometheus-text.js';

interface Parsed {
  readonly helps: Map<string, string>;
  readonly types: Map<string, string>;
  readonly samples: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly value: number;
  }[];
}

/** A reader of the format, written from its page and nothing else; strict. */
function parse(text: string): Parsed {
  const parsed: Parsed = { helps: new Map(), types: new Map(), samples: [] };
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (kind !== undefined) {
      const known = kind === 'HELP' ? parsed.helps : parsed.types;
      expect(known.has(about), line).toBe(false);
      known.set(about, rest);
      continue;
    }
    const [, name = '', labels = '', value = ''] =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line) ?? [];
    expect(name, line).not.toBe('');
    expect(parsed.types.get(name), line).toBe('gauge');
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', raw = '']) => [
      label,
      raw.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ]);
    parsed.samples.push({
      name,
      labels: Object.fromEntries(pairs) as Record<string, string>,
      value: Number(value),
    });
  }
  return parsed;
}

test('a reader of the format gets what was written, whatever names look like', () => {
  const metrics = metricsOf(EVERYTHING);
  const { helps, types, samples } = parse(prometheusText(metrics));
  expect(samples).toEqual(
    metrics.flatMap(({ name, samples }) => samples.map(({ labels, value }) => ({ name, labels, value }))),
  );
  expect(helps).toEqual(new Map(metrics.map(({ name, help }) => [name, help])));
  expect([...types.values()].every((type) => type === 'gauge')).toBe(true);
});

test('helps are escaped, and quotes in them are not', () => {
  const text = prometheusText([
    { name: 'a', help: 'one\\two\n"three"', samples: [{ labels: {}, value: 1 }] },
  ]);
  expect(text).toBe('# HELP a one\\\\two\\n"three"\n# TYPE a gauge\na 1\n');
});

describe('values', () => {
  test.each([
    [0, '0'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN'],
  ])('%s', (value, text) => {
    expect(prometheusText([{ name: 'a', help: '', samples: [{ labels: {}, value }] }])).toContain(
      `\na ${text}\n`,
    );
  });
});

test('half a character becomes one that says so', () => {
  const samples = [{ labels: { a: 'x\ud800' }, value: 1 }];
  expect(prometheusText([{ name: 'a', help: '', samples }])).toContain('{a="x\ufffd"}');
});

test('a run without repos has the metrics of a run', () => {
  expect(parse(prometheusText(metricsOf(facts()))).samples.map(({ name }) => name)).toEqual([
    'sessionkeep_last_success_timestamp_seconds',
    'sessionkeep_last_run_timestamp_seconds',
    'sessionkeep_last_run_exit_code',
    'sessionkeep_last_run_duration_seconds',
    'sessionkeep_build_info',
  ]);
});
