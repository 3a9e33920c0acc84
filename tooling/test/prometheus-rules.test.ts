import { need } from '@sessionkeep/testkit';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../workspace.mjs';
import { pageAnchors } from './page-anchors.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>;
}

interface AlertTest {
  readonly alertname: string;
  readonly exp_alerts?: readonly object[];
}

const RULES = 'deploy/prometheus-rules.yaml';
const TESTS = 'tooling/test/prometheus/rules.test.yaml';
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rules = (parse(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const alertTests = (parse(read(TESTS)) as { tests: { alert_rule_test: AlertTest[] }[] }).tests.flatMap(
  (each) => each.alert_rule_test,
);

function promtool(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

/** The names of all metrics that an expression reads. */
const metricsIn = (text: string): string[] => text.match(/\bsessionkeep_[a-z_]+/g) ?? [];

/** What an operator is handed by the page's own lines. */
function wrapped(): { kind: string; metadata: object; spec: { groups: { rules: Rule[] }[] } } {
  const [, script = ''] =
    /^```sh no-run\n(promtool check rules [^]*?)^```$/m.exec(read('docs/operations.md')) ?? [];
  const standIns = 'promtool() { :; }\nkubectl() { cat; }\n';
  const { stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', standIns + script], {
    cwd: root,
    encoding: 'utf8',
  });
  return parse(stdout) as ReturnType<typeof wrapped>;
}

describe('as Prometheus reads them', () => {
  const noPromtool =
    spawnSync('promtool', ['--version']).status === 0
      ? null
      : 'promtool is not installed (Debian: prometheus)';

  test('the rules are rules', (context) => {
    need(context, noPromtool);
    expect(promtool('check', 'rules', RULES)).toMatchObject({
      status: 0,
      output: expect.stringContaining(`${rules.length.toString()} rules found`) as string,
    });
  });

  test('they fire when they should, and only then', (context) => {
    need(context, noPromtool);
    expect(promtool('test', 'rules', TESTS)).toMatchObject({ status: 0 });
  });
});

test('the page makes a PrometheusRule of them, with links that lead somewhere', () => {
  const { kind, metadata, spec } = wrapped();
  expect([kind, metadata]).toMatchObject(['PrometheusRule', { name: 'sessionkeep' }]);
  const there = spec.groups.flatMap((group) => group.rules);
  expect(there.map(({ alert, expr }) => [alert, expr])).toEqual(
    rules.map(({ alert, expr }) => [alert, expr]),
  );
  for (const { annotations } of there) expect(annotations.runbook_url).toMatch(/^https:\/\/[^ ]+#/);
});

test('the page has every alert, and how bad it is', () => {
  const rows = [...read('docs/operations.md').matchAll(/^\| `(Sessionkeep\w+)` +\|[^|]*\| (\w+) +\|$/gm)];
  expect(rows.map(([, alert, severity]) => [alert, severity])).toEqual(
    rules.map(({ alert, labels }) => [alert, labels['severity']]),
  );
});

test('of every alert it is tested that it fires, and that it does not', () => {
  const tested = (fires: boolean): string[] => [
    ...new Set(
      alertTests
        .filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === fires)
        .map(({ alertname }) => alertname),
    ),
  ];
  const names = rules.map(({ alert }) => alert).sort();
  expect(new Set(names).size).toBe(names.length);
  expect(tested(true).sort()).toEqual(names);
  expect(tested(false).sort()).toEqual(names);
});

test('every alert says what is wrong, how bad it is, and where to read on', () => {
  const anchors = pageAnchors(read('docs/operations.md'));
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Sessionkeep[A-Z]\w+$/);
    expect(['info', 'warning', 'critical']).toContain(labels['severity']);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
    expect(annotations.summary.length).toBeLessThan(100);
    const [page, anchor = ''] = annotations.runbook_url.split('#');
    expect([page, anchor, anchors.has(anchor)]).toEqual(['docs/operations.md', anchor, true]);
  }
});

test('every metric that a rule or the app’s page names is one that the app writes', () => {
  const sources = globSync('apps/cronjob/src/metrics/*.ts', { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  const written = new Set(sources.flatMap((path) => metricsIn(read(path))));
  expect(written.size).toBeGreaterThan(10);
  const wanted = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
  expect([...wanted].filter((name) => !written.has(name))).toEqual([]);
  const told = new Set(metricsIn(read('apps/cronjob/README.md')));
  expect([...told].sort()).toEqual([...written].sort());
});
