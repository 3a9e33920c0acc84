import { startHttpReceiver } from '@sessionkeep/testkit/http-receiver';
import { expect, test } from 'vitest';
import { endpoint } from '../../test/helpers/endpoint.js';
import { EVERYTHING, facts, repoFacts } from '../../test/helpers/facts.js';
import type { RunFacts } from '../run-facts.js';
import { sendWebhook } from './send-webhook.js';

async function sentFor(run: RunFacts): Promise<{ body: string; json: Record<string, unknown> }> {
  await using receiver = await startHttpReceiver();
  expect(await sendWebhook(endpoint(`${receiver.url}/hook`), run)).toMatchObject({ ok: true });
  const [request] = receiver.requests;
  expect(request).toMatchObject({
    method: 'POST',
    path: '/hook',
    headers: { 'content-type': 'application/json' },
  });
  return { body: request!.body, json: JSON.parse(request!.body) as Record<string, unknown> };
}

test('says what came of the run, and of the repos and sources where something is wrong', async () => {
  const { json } = await sentFor(EVERYTHING);
  expect(json).toMatchObject({
    text: 'sessionkeep: exit 3: some files failed or were refused; 3 new, 1 grown, 2 failed, 45.2 MB moved in 12 s',
    ok: false,
    exitCode: 3,
    meaning: 'some files failed or were refused',
    began: '2026-03-01T03:00:00.000Z',
    ended: '2026-03-01T03:00:12.000Z',
    dryRun: false,
    shard: null,
    version: '1.2.3',
    errors: ['smb://nas.local/secure: nothing answers'],
    alarms: ['blue/shop: a line of the ledger is broken'],
    unreachable: ['mac'],
    totals: { repos: 3, errors: 1, alarms: 1 },
  });
  expect(json['repos']).toMatchObject([
    { source: 'blue', repo: 'shop', counts: { failed: 2 }, bytesMoved: 45_200_000, failure: null },
    { source: 'mac', repo: 'home', alarms: 2, failure: 'nothing answers' },
  ]);
  expect(json['repos']).toHaveLength(2);
});

test('stays small whatever happened, and says how much there was', async () => {
  const many = <T>(item: T): T[] => Array.from({ length: 5000 }, () => item);
  const long = '寿'.repeat(100_000);
  const { body, json } = await sentFor(
    facts({ exitCode: 4, errors: many(long), alarms: many(long), repos: many(repoFacts({ failure: long })) }),
  );
  expect(Buffer.byteLength(body)).toBeLessThan(256 * 1024);
  expect(json['totals']).toEqual({ repos: 5000, errors: 5000, alarms: 5000 });
});
