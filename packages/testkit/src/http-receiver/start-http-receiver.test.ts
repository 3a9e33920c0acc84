import { expect, test } from 'vitest';
import { startHttpReceiver } from './start-http-receiver.js';

test('remembers what came, and answers as it is told from then on', async () => {
  await using receiver = await startHttpReceiver();
  const first = await fetch(`${receiver.url}/a?b=c`, {
    method: 'POST',
    body: 'größe',
    headers: { 'X-One': '1' },
  });
  expect([first.status, await first.text()]).toEqual([200, 'OK']);
  receiver.answer = ({ path }, number) => ({
    status: 503,
    headers: { 'x-number': number.toString() },
    body: path,
  });
  const second = await fetch(`${receiver.url}/d`);
  expect([second.status, second.headers.get('x-number'), await second.text()]).toEqual([503, '2', '/d']);
  expect(receiver.requests).toMatchObject([
    { method: 'POST', path: '/a?b=c', headers: { 'x-one': '1' }, body: 'größe' },
    { method: 'GET', path: '/d', body: '' },
  ]);
});

test('drops, hangs and never comes to an end', async () => {
  await using receiver = await startHttpReceiver({ answer: () => 'drop' });
  await expect(fetch(receiver.url)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });

  receiver.answer = () => 'hang';
  const stop = new AbortController();
  const hanging = fetch(receiver.url, { signal: stop.signal });
  await receiver.received(2);
  stop.abort();
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });

  receiver.answer = () => ({ status: 200, endless: true });
  const { body } = await fetch(receiver.url);
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > 1_000_000) break;
  }
  expect(length).toBeGreaterThan(1_000_000);
});

test('closes whatever is open', async () => {
  const receiver = await startHttpReceiver({ answer: () => 'hang' });
  const { url } = receiver;
  const lost = expect(fetch(receiver.url)).rejects.toThrow();
  await receiver.received(1);
  await receiver.close();
  await lost;
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await receiver.close();
});
