import { startHttpReceiver, type ReceiverAnswer } from '@sessionkeep/testkit/http-receiver';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AT_ONCE } from '../../test/helpers/endpoint.js';
import { need, noProgram } from '../../test/helpers/programs.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { send, type Message } from './send.js';

const to = (url: string, more: Partial<Message> = {}): Message => ({
  url,
  authorization: null,
  contentType: 'text/plain',
  body: 'größe',
  ...more,
});

const redirect = (location: string, status = 302): ReceiverAnswer => ({ status, headers: { location } });

test('posts the body, and says what came back', async () => {
  await using receiver = await startHttpReceiver();
  expect(await send(to(`${receiver.url}/path?a=b`, { authorization: 'Basic eDp5' }))).toEqual({
    ok: true,
    said: 'OK',
  });
  expect(receiver.requests).toMatchObject([
    {
      method: 'POST',
      path: '/path?a=b',
      body: 'größe',
      headers: { 'content-type': 'text/plain', authorization: 'Basic eDp5', 'user-agent': 'sessionkeep' },
    },
  ]);
});

describe('tries again', () => {
  test.each([
    ['503', { status: 503 } as const],
    ['429', { status: 429 } as const],
    ['a connection that is lost', 'drop' as const],
  ])('after %s, twice at most', async (_, answer) => {
    await using receiver = await startHttpReceiver({ answer: () => answer });
    const pauses: number[] = [];
    const pause = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds);
    expect(await send(to(receiver.url), { pause })).toMatchObject({ ok: false });
    expect(receiver.requests).toHaveLength(3);
    expect(pauses).toEqual([500, 2000]);
  });

  test('and is content with the third', async () => {
    await using receiver = await startHttpReceiver({
      answer: (_, number) => (number === 1 ? 'drop' : { status: number === 2 ? 500 : 204 }),
    });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({ ok: true, said: '' });
    expect(receiver.requests.map(({ body }) => body)).toEqual(['größe', 'größe', 'größe']);
  });

  test('but not after what will not change', async () => {
    await using receiver = await startHttpReceiver({
      answer: () => ({ status: 404, body: 'no\nsuch check' }),
    });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({
      ok: false,
      why: 'it answered 404 Not Found: no',
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test('nor once there is no time left', async () => {
    await using receiver = await startHttpReceiver({ answer: () => ({ status: 500 }) });
    const pause = (): Promise<void> => Promise.reject(new Error('aborted'));
    expect(await send(to(receiver.url), { pause })).toEqual({
      ok: false,
      why: 'it answered 500 Internal Server Error',
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('whoever does not answer', () => {
  test('is not waited for', async () => {
    await using receiver = await startHttpReceiver({ answer: () => 'hang' });
    expect(await send(to(receiver.url), { deadline: 50 })).toEqual({ ok: false, why: 'no answer in time' });
  });

  test('is not waited for once nobody wants to know any more', async () => {
    await using receiver = await startHttpReceiver({ answer: () => 'hang' });
    const stop = new AbortController();
    const sent = send(to(receiver.url), { signal: stop.signal });
    await receiver.received(1);
    stop.abort();
    expect(await sent).toEqual({ ok: false, why: 'it was interrupted' });
    expect(await send(to(receiver.url), { signal: stop.signal })).toEqual({
      ok: false,
      why: 'it was interrupted',
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test('is not there: the reason is in a few words', async () => {
    const receiver = await startHttpReceiver();
    await receiver.close();
    const sent = await send(to(`${receiver.url}/secret`), AT_ONCE);
    expect(sent).toMatchObject({
      ok: false,
      why: expect.stringMatching(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/) as string,
    });
  });

  test('has no address', async () => {
    const sent = await send(to('http://nobody.invalid/secret'), AT_ONCE);
    expect(sent).toMatchObject({
      ok: false,
      why: expect.stringMatching(/^getaddrinfo \w+ nobody\.invalid$/) as string,
    });
  });
});

test('an answer without end is read as far as a sentence', async () => {
  await using receiver = await startHttpReceiver({
    answer: () => ({ status: 200, body: 'x'.repeat(299), endless: true }),
  });
  expect(await send(to(receiver.url))).toEqual({ ok: true, said: `${'x'.repeat(299)}m` });
});

describe('redirects', () => {
  test('are followed with the same method and body', async () => {
    await using receiver = await startHttpReceiver({
      answer: ({ path }) => (path === '/old' ? redirect('/new?a=b', 301) : { status: 200, body: 'OK' }),
    });
    expect(await send(to(`${receiver.url}/old`, { authorization: 'Basic eDp5' }))).toMatchObject({
      ok: true,
    });
    const [, second] = receiver.requests;
    expect(second).toMatchObject({
      method: 'POST',
      path: '/new?a=b',
      body: 'größe',
      headers: { authorization: 'Basic eDp5' },
    });
  });

  test('three times', async () => {
    await using receiver = await startHttpReceiver({ answer: () => redirect('/again', 307) });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({ ok: false, why: 'it redirects again and again' });
    expect(receiver.requests).toHaveLength(4);
  });

  test('take user and password nowhere else', async () => {
    await using other = await startHttpReceiver();
    const elsewhere = other.url.replace('//', '//eve:secret@');
    await using receiver = await startHttpReceiver({ answer: () => redirect(elsewhere, 308) });
    expect(await send(to(receiver.url, { authorization: 'Basic eDp5' }))).toMatchObject({ ok: true });
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['ftp://elsewhere/', 'it redirects to ftp://, which is not followed'],
    ['http://[', 'it redirects to what is no address'],
  ])('to %s are not followed', async (location, why) => {
    await using receiver = await startHttpReceiver({ answer: () => redirect(location) });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({ ok: false, why });
  });

  test('that change the method are no success', async () => {
    await using receiver = await startHttpReceiver({ answer: () => redirect('/login', 303) });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({ ok: false, why: 'it answered 303 See Other' });
  });
});

describe('a certificate of a private authority', () => {
  /** A key and a certificate for 127.0.0.1 that nobody else has signed. */
  function selfSigned(): { file: string; tls: { key: string; cert: string } } {
    const [key, file] = ['key.pem', 'cert.pem'].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ];
    const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      ...subject,
    ];
    execFileSync('openssl', [...args, '-keyout', key, '-out', file], { stdio: 'ignore' });
    return { file, tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8') } };
  }

  test('is not trusted; what to do is said, and works', async (context) => {
    need(context, noProgram('openssl', 'version'));
    const { file, tls } = selfSigned();
    await using receiver = await startHttpReceiver({ tls });
    expect(await send(to(receiver.url), AT_ONCE)).toEqual({
      ok: false,
      why: 'self-signed certificate; NODE_EXTRA_CA_CERTS names a file with a certificate authority of your own',
    });
    expect(receiver.requests).toHaveLength(0);
    const script = `console.log((await fetch('${receiver.url}')).status)`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
      },
    );
    expect(stdout).toBe('200\n');
  });

  test('is where HTTPS begins: no redirect leads back to HTTP', async (context) => {
    need(context, noProgram('openssl', 'version'));
    const { tls } = selfSigned();
    await using plain = await startHttpReceiver();
    await using receiver = await startHttpReceiver({ tls, answer: () => redirect(plain.url) });
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const why = 'it redirects to http://, which is not followed';
      expect(await send(to(receiver.url), AT_ONCE)).toEqual({ ok: false, why });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    expect(plain.requests).toHaveLength(0);
  });
});
