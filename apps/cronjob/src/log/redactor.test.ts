import { describe, expect, test } from 'vitest';
import { Redactor } from './redactor.js';

const UUID = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';

function redactor(...urls: string[]): Redactor {
  const made = new Redactor();
  for (const url of urls) made.addUrl(url);
  return made;
}

test('a password is taken out wherever it stands, also as URLs write it', () => {
  const made = new Redactor();
  made.add('p@ss wörd');
  expect(made.text('(p@ss wörd) (p@ss wörd) p%40ss%20w%C3%B6rd')).toBe('(***) (***) ***');
});

test('what is too short to be told from other words is left', () => {
  const made = new Redactor();
  for (const secret of ['', 'a', 'abc']) made.add(secret);
  expect(made.text('a cab, abc')).toBe('a cab, abc');
});

test('a secret that holds another goes as a whole', () => {
  const made = new Redactor();
  made.add('hunter');
  made.add('hunter2-and-more');
  made.add('hunter2');
  expect(made.text('hunter2-and-more hunter2 hunter')).toBe('*** *** ***');
});

test('a secret is a text, not a pattern', () => {
  const made = new Redactor();
  made.add('$&.*(');
  expect(made.text('a$&.*(b $& xxxx')).toBe('a***b $& xxxx');
});

describe('an address', () => {
  test.each([
    [`https://hc-ping.com/${UUID}`, `asked https://hc-ping.com/${UUID}/start, for ${UUID}`, UUID],
    [
      'https://hc-ping.com/a8Dk3lqPz0mBxVw7Rt9yNe/night',
      'key a8Dk3lqPz0mBxVw7Rt9yNe',
      'a8Dk3lqPz0mBxVw7Rt9yNe',
    ],
    [
      'https://hooks.local/services/T0001234/XXXXXXXXXXXXXXXXXXXXXXXX',
      'XXXXXXXXXXXXXXXXXXXXXXXX',
      'XXXXXXXXXXXXXXXXXXXXXXXX',
    ],
    ['https://bot.local/send?token=s3cr3t-value&chat=5', 'token s3cr3t-value', 's3cr3t-value'],
    ['http://anna:hunter%40two@push.local/', 'hunter@two, hunter%40two', 'hunter'],
    ['http://anna:hunter%40two@push.local/', `Basic ${btoa('anna:hunter@two')}`, btoa('anna:hunter@two')],
    ['http://token-of-somebody@push.local/', 'token-of-somebody', 'token-of-somebody'],
    ['https://a.local/x/y', 'https://a.local/x/y and a.local/x/y', 'x/y'],
  ])('%s is not in: %s', (url, text, secret) => {
    expect(text).toContain(secret);
    expect(redactor(url).text(text)).not.toContain(secret);
    expect(redactor(url).text(text)).toContain('***');
  });

  test('leaves the host, and words that people choose', () => {
    const made = redactor('https://anna:hunter2@hooks.local/services/sessionkeep?create=1&from=cluster');
    const text = 'hooks.local: services of sessionkeep, create, cluster; anna';
    expect(made.text(text)).toBe(text);
  });

  test('of nothing but a host hides nothing', () => {
    expect(redactor('https://push.local/').text('https://push.local/ answered')).toBe(
      'https://push.local/ answered',
    );
  });
});

test('in data, every text is cleaned, and all else stays', () => {
  const made = new Redactor();
  made.add('hunter2');
  const data = { a: ['hunter2', 1, null, true], b: { c: 'so hunter2' }, d: undefined };
  expect(made.all(data)).toEqual({ a: ['***', 1, null, true], b: { c: 'so ***' }, d: undefined });
});
