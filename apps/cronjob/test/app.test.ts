import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { App, CHECK, contentsOf, firstLog, HOOK, writeSessions } from './helpers/app.js';

function appWithSessions(): App {
  const app = new App();
  writeSessions(app.projects);
  app.keepsFolder();
  return app;
}

/** A metric's value in a text of them; null where it is not there. */
function metric(text: string, name: string): number | null {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ')));
}

const SUCCESS = 'sessionkeep_last_success_timestamp_seconds';

describe('a folder that is mounted', () => {
  test('is kept, and all who watch are told', async () => {
    const app = appWithSessions();
    await app.listen();
    const ran = await app.run('--metrics-file', app.metrics, '--verify-sample', '100');
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(Object.keys(contentsOf(app.archive))).toHaveLength(4);
    expect(ran.log[0]).toMatchObject({ event: 'start', level: 'info' });
    expect(ran.log.filter(({ event }) => event === 'repo')).toHaveLength(4);
    expect(ran.summary).toMatchObject({
      event: 'summary',
      exitCode: 0,
      repos: 2,
      counts: { copied: 4 },
      sources: [{ source: 'laptop', reachable: true, oldestUnsavedAge: 0 }],
    });
    expect(ran.termination).toMatch(/^exit 0: done; 4 new, .* moved in /);
    expect(app.told.toSorted()).toEqual(['metrics', 'ping', 'ping/start']);
    expect(app.body('ping')).toBe(ran.termination);
    for (const text of [app.body('metrics'), readFileSync(app.metrics, 'utf8')]) {
      expect(metric(text, SUCCESS)).toBeGreaterThan(0);
      expect(metric(text, 'sessionkeep_last_run_exit_code')).toBe(0);
      expect(metric(text, 'sessionkeep_ledger_size_bytes')).toBeGreaterThan(0);
      expect(text).toContain('sessionkeep_files{target="disk",source="laptop",repo="0",action="copied"} 2');
      expect(text).toContain('verdict="matching"} 2');
    }
  });

  test('is asked again only for what is new', async () => {
    const app = appWithSessions();
    await app.run();
    appendFileSync(firstLog(app.projects), 'more\n');
    const ran = await app.run();
    expect([ran.code, ran.summary]).toMatchObject([
      0,
      { bytesMoved: 5, counts: { appended: 1, unchanged: 3 } },
    ]);
    expect(
      readFileSync(join(app.archive, 'source-laptop/repo-0', firstLog('').split('/').at(-1)!), 'utf8'),
    ).toBe(readFileSync(firstLog(app.projects), 'utf8'));
  });

  test('tells of what it could not keep', async () => {
    const app = appWithSessions();
    await app.run();
    symlinkSync('/etc/hostname', join(app.projects, '-srv-app-0', 'out.jsonl'));
    await app.listen();
    const ran = await app.run('--metrics-file', app.metrics);
    expect(ran.code).toBe(3);
    expect(ran.log).toContainEqual(
      expect.objectContaining({ event: 'file', level: 'warn', outcome: 'refused', path: 'out.jsonl' }),
    );
    expect(app.told.toSorted()).toEqual(['hook', 'metrics', 'ping/fail', 'ping/start']);
    expect(JSON.parse(app.body('hook'))).toMatchObject({ ok: false, exitCode: 3, repos: [{ repo: '0' }] });
    expect(metric(app.body('metrics'), SUCCESS)).toBeNull();
    expect(app.body('metrics')).toContain('repo="0",action="refused"} 1');
  });

  test('tells of what was written meanwhile as unsaved', async () => {
    const app = appWithSessions();
    writeFileSync(join(app.projects, '-srv-app-1', 'big.jsonl'), Buffer.alloc(3_000_000, 'x\n'));
    const running = app.start([
      '--bwlimit',
      '600k',
      '--lanes',
      '1',
      '--log-level',
      'debug',
      '--metrics-file',
      app.metrics,
    ]);
    await running.says('laptop/1: 3 files to see to');
    appendFileSync(firstLog(app.projects), 'more\n');
    expect((await running.ended).code).toBe(0);
    expect(
      metric(readFileSync(app.metrics, 'utf8'), 'sessionkeep_oldest_unsaved_age_seconds'),
    ).toBeGreaterThan(0);
  });
});

test('a dry run writes nothing, and tells nobody', async () => {
  const app = appWithSessions();
  const receiver = await app.listen();
  const ran = await app.run('--dry-run', '--metrics-file', app.metrics);
  expect([ran.code, ran.summary]).toMatchObject([0, { dryRun: true, counts: { copied: 4 } }]);
  expect([existsSync(app.archive), existsSync(app.metrics), receiver.requests]).toEqual([false, false, []]);
});

test('who cannot be told fails nothing', async () => {
  const app = appWithSessions();
  const receiver = await app.listen();
  receiver.answer = ({ path }) => (path.startsWith('/metrics') ? { status: 400, body: 'no' } : 'drop');
  const ran = await app.run('--metrics-file', join(app.root, 'none', 'x.prom'));
  expect(ran.code).toBe(0);
  const warnings = ran.log.filter(({ level }) => level === 'warn').map(({ event }) => event);
  expect(warnings.toSorted()).toEqual(['metrics', 'metrics', 'ping', 'ping']);
  expect(ran.stdout).toContain(`could not tell ${receiver.url} of the metrics: it answered 400`);
  for (const secret of [CHECK, HOOK]) expect(ran.stdout).not.toContain(secret);
});

describe('what it cannot do is one clear line, an exit code and a failed ping', () => {
  const cases: readonly [string, (app: App) => readonly string[], number, string][] = [
    ['an option that is none', () => ['--lane', '3'], 2, 'there is no option --lane; did you mean --lanes?'],
    ['a limit that is none', () => ['--lanes', 'x'], 2, '--lanes: "x" is no number of files at once'],
    ['a sample that is none', () => ['--verify-sample', '0'], 2, '--verify-sample'],
    ['no such source', () => ['--source', 'desk'], 2, 'there is no source "desk"'],
    [
      'a mistake in the configuration',
      (app) => {
        app.keepsFolder('targts: {}\n');
        return [];
      },
      2,
      'targts',
    ],
    [
      'no configuration',
      (app) => {
        rmSync(app.config);
        return [];
      },
      2,
      'no configuration at',
    ],
    [
      'a folder that is not mounted',
      (app) => {
        rmSync(app.projects, { recursive: true });
        return [];
      },
      2,
      'projects',
    ],
    [
      'a secret that is not set',
      (app) => {
        app.keepsOnNoShare();
        return [];
      },
      2,
      'the environment variable NAS_PASSWORD is not set; set it',
    ],
    [
      'a share that cannot be reached',
      (app) => {
        app.env['NAS_PASSWORD'] = 'geheim';
        app.keepsOnNoShare();
        return [];
      },
      6,
      '127.0.0.1',
    ],
  ];

  test.each(cases)('%s', async (_, prepare, code, text) => {
    const app = appWithSessions();
    await app.listen();
    const ran = await app.run(...prepare(app));
    expect([ran.code, ran.stderr]).toEqual([code, '']);
    expect(ran.errors).toEqual([expect.stringContaining(text)]);
    expect(app.told).toEqual(expect.arrayContaining(['ping/start', 'ping/fail', 'hook', 'metrics']));
    expect(app.body('ping/fail')).toContain(text);
    expect(app.body('ping/fail')).toMatch(new RegExp(`^exit ${code.toString()}: `));
    expect(ran.termination).toContain(text);
    expect(metric(app.body('metrics'), 'sessionkeep_last_run_exit_code')).toBe(code);
    for (const all of [ran.stdout, ran.termination]) expect(all).not.toMatch(/geheim/);
  });

  test('an address that is none', async () => {
    const app = appWithSessions();
    await app.listen();
    const ran = await app.start([], { SESSIONKEEP_WEBHOOK_URL: 'ftp://user:geheim@example.org/x' }).ended;
    expect([ran.code, ran.errors]).toEqual([2, [expect.stringContaining('SESSIONKEEP_WEBHOOK_URL')]]);
    expect(app.told).toContain('ping/fail');
    expect(ran.stdout).not.toContain('geheim');
  });
});

test('SIGTERM ends it with what is done recorded, and the next run does the rest', async () => {
  const app = new App();
  writeSessions(app.projects, 3);
  for (const at of [0, 1, 2])
    writeFileSync(
      join(app.projects, `-srv-app-${at.toString()}`, 'big.jsonl'),
      Buffer.alloc(4_000_000, 'x\n'),
    );
  app.keepsFolder();
  await app.listen();
  const running = app.start(['--bwlimit', '2M', '--lanes', '1', '--log-level', 'debug']);
  await running.says('"event":"file"');
  running.kill('SIGTERM');
  const ran = await running.ended;
  expect([ran.code, ran.summary]).toMatchObject([130, { exitCode: 130, meaning: 'interrupted' }]);
  expect(ran.log.some(({ event }) => event === 'signal')).toBe(true);
  expect(app.told).toContain('ping/fail');
  expect(metric(app.body('metrics'), SUCCESS)).toBeNull();
  const done = ran.log.filter(({ event, outcome }) => event === 'file' && outcome === 'copied').length;
  expect(done).toBeGreaterThan(0);
  const next = await app.run('--verify-sample', '100');
  expect(next.code).toBe(0);
  const { unchanged, copied } = next.summary['counts'] as Record<string, number>;
  expect(unchanged! + copied!).toBe(9);
  expect(unchanged).toBeGreaterThanOrEqual(done);
});
