import { startHttpReceiver } from '@sessionkeep/testkit/http-receiver';
import { describe, expect, test } from 'vitest';
import { AT_ONCE, endpoint } from '../../test/helpers/endpoint.js';
import { EVERYTHING, facts } from '../../test/helpers/facts.js';
import { pingEnd, pingStart } from './ping.js';

const run = '2f1a3c7e-52d0-4a4b-8d8e-6f0c4f1e2d3b';

test('a run begins, and ends well', async () => {
  await using receiver = await startHttpReceiver();
  const check = endpoint(`${receiver.url}/uuid`);
  expect(await pingStart(check, { run })).toEqual({ ok: true, said: 'OK' });
  expect(await pingEnd(check, facts(), { run })).toEqual({ ok: true, said: 'OK' });
  expect(receiver.requests).toMatchObject([
    { method: 'POST', path: `/uuid/start?rid=${run}`, body: '' },
    { method: 'POST', path: `/uuid?rid=${run}`, body: 'exit 0: done; 0 B moved in 12 s\n' },
  ]);
});

test.each([1, 3, 130])('exit code %d is a failure, with the summary as its body', async (exitCode) => {
  await using receiver = await startHttpReceiver();
  await pingEnd(endpoint(`${receiver.url}/uuid`), { ...EVERYTHING, exitCode });
  const [request] = receiver.requests;
  expect(request).toMatchObject({
    path: '/uuid/fail',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
  expect(request?.body).toMatch(new RegExp(`^exit ${exitCode}: `));
  expect(request?.body).toContain('\nerror: smb://nas.local/secure: nothing answers\n');
});

test('a slug with a query and a slash at its end stays what it is', async () => {
  await using receiver = await startHttpReceiver();
  const check = endpoint(`${receiver.url}/key/night/?create=1`);
  await pingStart(check, { run });
  await pingEnd(check, facts({ exitCode: 2 }));
  await pingEnd(check, facts());
  expect(receiver.requests.map(({ path }) => path)).toEqual([
    `/key/night/start?create=1&rid=${run}`,
    '/key/night/fail?create=1',
    '/key/night/?create=1',
  ]);
});

test('no more is sent than is kept there', async () => {
  await using receiver = await startHttpReceiver();
  const errors = Array.from({ length: 10_000 }, (_, at) => `größer ${at}`);
  await pingEnd(endpoint(receiver.url), facts({ exitCode: 3, errors }));
  const { body } = receiver.requests[0]!;
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(100_000);
  expect(Buffer.byteLength(body)).toBeGreaterThan(99_000);
  expect(body).toMatch(/\nerror: größer \d+\n… \d+ more\n$/);
});

describe('what is no success', () => {
  test.each(['OK (not found)', 'OK (rate limited)'])('%s, though it comes with 200', async (body) => {
    await using receiver = await startHttpReceiver({ answer: () => ({ status: 200, body }) });
    expect(await pingStart(endpoint(receiver.url))).toEqual({ ok: false, why: `it answered ${body}` });
  });

  test('a check that nobody knows', async () => {
    await using receiver = await startHttpReceiver({ answer: () => ({ status: 404, body: 'not found' }) });
    const sent = await pingStart(endpoint(receiver.url), AT_ONCE);
    expect(sent).toEqual({ ok: false, why: 'it answered 404 Not Found: not found' });
  });
});
