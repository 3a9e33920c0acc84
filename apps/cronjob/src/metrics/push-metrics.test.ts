import { startHttpReceiver } from '@sessionkeep/testkit/http-receiver';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AT_ONCE, endpoint } from '../../test/helpers/endpoint.js';
import { BEGAN, EVERYTHING, facts, repoFacts } from '../../test/helpers/facts.js';
import { need, noProgram } from '../../test/helpers/programs.js';
import { shownBy, startPushgateway } from '../../test/helpers/pushgateway.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { pushMetrics } from './push-metrics.js';

describe('a real Pushgateway', () => {
  test('takes everything there is to tell, and shows it again', async (context) => {
    need(context, noProgram('prometheus-pushgateway'));
    const gateway = await startPushgateway();
    expect(await pushMetrics(endpoint(gateway), EVERYTHING)).toMatchObject({ ok: true });
    const shown = await shownBy(gateway);
    expect(shown).toContain('sessionkeep_last_run_exit_code{instance="",job="sessionkeep"} 3');
    expect(shown).toContain(
      'sessionkeep_moved_bytes{instance="",job="sessionkeep",repo="naïve 寿司",source="blue",target="disk \\"C:\\\\\\"\\n"} 0',
    );
    expect(shown.filter((line) => line.startsWith('sessionkeep_files{'))).toHaveLength(36);
  });

  test('keeps the last success of a run before one that was none, and forgets the repos that are gone', async (context) => {
    need(context, noProgram('prometheus-pushgateway'));
    const gateway = await startPushgateway();
    await pushMetrics(endpoint(gateway), facts({ repos: [repoFacts({ repo: 'old' })] }));
    const later = facts({ exitCode: 130, ended: BEGAN + 50_000, repos: [repoFacts({ repo: 'new' })] });
    expect(await pushMetrics(endpoint(gateway), later)).toMatchObject({ ok: true });
    const shown = await shownBy(gateway);
    const value = (name: string): number =>
      Number(
        shown
          .find((line) => line.startsWith(`sessionkeep_${name}{`))
          ?.split(' ')
          .at(-1),
      );
    expect(value('last_success_timestamp_seconds')).toBe(BEGAN / 1000 + 12);
    expect(value('last_run_timestamp_seconds')).toBe(BEGAN / 1000 + 50);
    expect(shown.join('\n')).toContain('repo="new"');
    expect(shown.join('\n')).not.toContain('repo="old"');
  });

  test('does not keep the age of what is unsaved when nobody knows it any more', async (context) => {
    need(context, noProgram('prometheus-pushgateway'));
    const gateway = await startPushgateway();
    const source = { target: 'nas', source: 'blue', reachable: true };
    const ages = async (...known: (number | null)[]): Promise<string[]> => {
      const sources = known.map((oldestUnsavedAge, at) => ({
        ...source,
        source: `blue-${at}`,
        oldestUnsavedAge,
      }));
      expect(await pushMetrics(endpoint(gateway), facts({ sources }))).toMatchObject({ ok: true });
      const shown = await shownBy(gateway);
      return shown.flatMap(
        (line) => /_unsaved_age_seconds\{.*source="(.*?)".*\} (.*)/.exec(line)?.slice(1).join(' ') ?? [],
      );
    };
    expect(await ages(0, 5000)).toEqual(['blue-0 0', 'blue-1 5']);
    expect(await ages(null, 7000)).toEqual(['blue-1 7']);
    expect(await ages(null, null)).toEqual(['blue-0 NaN', 'blue-1 NaN']);
    expect(await ages(null, 0)).toEqual(['blue-1 0']);
  });

  test('keeps shards apart, and clusters that have named their groups', async (context) => {
    need(context, noProgram('prometheus-pushgateway'));
    const gateway = await startPushgateway();
    for (const index of [0, 1]) await pushMetrics(endpoint(gateway), facts({ shard: { index, of: 2 } }));
    await pushMetrics(
      endpoint(`${gateway}/metrics/job/keep/cluster@base64/w7xiZXIvMQ/`),
      facts({ exitCode: 2 }),
    );
    expect((await shownBy(gateway)).filter((line) => line.includes('exit_code')).sort()).toEqual([
      'sessionkeep_last_run_exit_code{cluster="über/1",instance="",job="keep"} 2',
      'sessionkeep_last_run_exit_code{instance="",job="sessionkeep",shard="0"} 0',
      'sessionkeep_last_run_exit_code{instance="",job="sessionkeep",shard="1"} 0',
    ]);
  });

  test('is told user and password from the address, and says so when they are wrong', async (context) => {
    need(context, noProgram('prometheus-pushgateway'));
    const config = join(temporaryFolder(), 'web.yml');
    // bcrypt of `pa/ss:w%rd é`
    const hash = '$2b$04$V0OEnqW33Xbrujwgz29QKOIKCmzUM8U5omvHOTrc6VBvyEfmcA91O';
    writeFileSync(config, `basic_auth_users:\n  anna: ${hash}\n`);
    const gateway = await startPushgateway(`--web.config.file=${config}`);
    const as = (who: string): string => gateway.replace('//', `//${who}@`);
    const password = encodeURIComponent('pa/ss:w%rd é');
    expect(await pushMetrics(endpoint(as(`anna:${password}`)), facts())).toMatchObject({ ok: true });
    expect(await pushMetrics(endpoint(as('anna:other')), facts())).toEqual({
      ok: false,
      why: 'it answered 401 Unauthorized: Unauthorized',
    });
    const authorization = `Basic ${Buffer.from('anna:pa/ss:w%rd é').toString('base64')}`;
    expect(await shownBy(gateway, { authorization })).toContain(
      'sessionkeep_last_run_exit_code{instance="",job="sessionkeep"} 0',
    );
  });
});

test('it is a POST of the text format, below whatever path a proxy has put the Pushgateway', async () => {
  await using receiver = await startHttpReceiver();
  await pushMetrics(endpoint(`${receiver.url}/push/`), facts());
  const [request] = receiver.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/push/metrics/job/sessionkeep' });
  expect(request?.headers).toMatchObject({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  expect(request?.headers).not.toHaveProperty('authorization');
});

test('what it has against the metrics is told', async () => {
  const body = 'pushed metrics are invalid or inconsistent: \u001b[31m\nmore';
  await using receiver = await startHttpReceiver({ answer: () => ({ status: 400, body }) });
  expect(await pushMetrics(endpoint(receiver.url), facts(), AT_ONCE)).toEqual({
    ok: false,
    why: 'it answered 400 Bad Request: pushed metrics are invalid or inconsistent: \\x1b[31m',
  });
  expect(receiver.requests).toHaveLength(1);
});
