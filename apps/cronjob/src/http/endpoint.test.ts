import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { readEndpoint } from './endpoint.js';

const NAME = 'SESSIONKEEP_PING_URL';
const PING = 'https://hc-ping.com/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';

const read = (env: Record<string, string>) => readEndpoint(env, NAME, null);

test('nothing set is no endpoint, and neither is an empty one', () => {
  expect(read({})._unsafeUnwrap()).toBeNull();
  expect(read({ [NAME]: '', [`${NAME}_FILE`]: '' })._unsafeUnwrap()).toBeNull();
});

test('only scheme and host are to be shown', () => {
  expect(read({ [NAME]: ` ${PING}\n` })._unsafeUnwrap()).toEqual({
    url: PING,
    authorization: null,
    shown: 'https://hc-ping.com',
    secret: PING,
  });
});

test('user and password are a header, decoded, and no part of the address', () => {
  const { url, authorization } = read({
    [NAME]: 'http://anna:p%40ss%20w%C3%B6rd@push.local:9091/a#b',
  })._unsafeUnwrap()!;
  expect(url).toBe('http://push.local:9091/a');
  expect(Buffer.from(authorization!.replace('Basic ', ''), 'base64').toString()).toBe('anna:p@ss wörd');
});

test('a shard has an address of its own, where the address says so', () => {
  const env = { [NAME]: 'https://hc-ping.com/key/night-{shard}?create=1' };
  const shard = { index: 3, of: 4 };
  expect(readEndpoint(env, NAME, shard)._unsafeUnwrap()?.url).toBe(
    'https://hc-ping.com/key/night-3?create=1',
  );
  expect(read(env)._unsafeUnwrap()?.url).toBe('https://hc-ping.com/key/night-0?create=1');
});

describe('a file', () => {
  const file = (text: string): string => {
    const path = join(temporaryFolder(), 'url');
    writeFileSync(path, text);
    return path;
  };

  test('gives its first line', () => {
    const env = { [`${NAME}_FILE`]: file(`${PING}\r\nanother line\n`) };
    expect(read(env)._unsafeUnwrap()?.url).toBe(PING);
  });

  test.each(['', '\n', `https://a/${'x'.repeat(5000)}`])('with no address in it is an error', (text) => {
    const error = read({ [`${NAME}_FILE`]: file(text) })._unsafeUnwrapErr();
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(/^SESSIONKEEP_PING_URL_FILE: the first line of \/.* is no address$/);
  });

  test('that cannot be read is an error', () => {
    const missing = read({ [`${NAME}_FILE`]: '/nowhere\u001b/url' })._unsafeUnwrapErr();
    expect(missing.message).toBe('SESSIONKEEP_PING_URL_FILE: /nowhere\\x1b/url cannot be read: ENOENT');
    const folder = join(temporaryFolder(), 'folder');
    mkdirSync(folder);
    expect(read({ [`${NAME}_FILE`]: folder })._unsafeUnwrapErr().message).toContain('cannot be read: EISDIR');
  });

  test('beside an address is one too many', () => {
    const error = read({ [NAME]: PING, [`${NAME}_FILE`]: file(PING) })._unsafeUnwrapErr();
    expect(error.message).toBe('both SESSIONKEEP_PING_URL and SESSIONKEEP_PING_URL_FILE are set');
  });
});

describe('what is no address to tell', () => {
  test.each([
    ['hunter2', 'SESSIONKEEP_PING_URL is no URL'],
    ['https://', 'SESSIONKEEP_PING_URL is no URL'],
    ['ftp://anna:hunter2@nas.local/hunter2', 'SESSIONKEEP_PING_URL: ftp://nas.local is not asked over HTTP'],
    [
      'http://anna:hunter2%zz@nas.local/',
      'SESSIONKEEP_PING_URL: user or password for nas.local is badly encoded',
    ],
  ])('%s', (text, message) => {
    const error = read({ [NAME]: text })._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'usage', message });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(error.hint).not.toBeUndefined();
  });
});
