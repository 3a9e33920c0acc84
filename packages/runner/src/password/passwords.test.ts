import { parseSmbUrl } from '@sessionkeep/core';
import { ok } from 'neverthrow';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import type { SharedFolder } from '../location/location.js';
import { askPassword } from './ask-password.js';
import type { PasswordWish } from './password-wish.js';
import { Passwords } from './passwords.js';
import { readPasswordFile } from './read-password-file.js';
import { runPasswordCommand } from './run-password-command.js';

const SECRET = 'gehe im;$(x) é';
const { signal } = new AbortController();

function share(password: PasswordWish, url = 'smb://me@nas/secure'): SharedFolder {
  const address = parseSmbUrl(url)._unsafeUnwrap();
  return { type: 'smb', address, signing: 'required', encryption: 'if-offered', password };
}

/** Passwords of a world with this environment; what was asked and told. */
function passwords(env: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const told: string[] = [];
  const all = new Passwords({
    env,
    home: '/home/anna',
    signal,
    warn: (line) => told.push(line),
    tell: (line) => told.push(line),
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(ok(`typed-${asked.length}`));
    },
  });
  return { asked, told, of: (...args: Parameters<typeof share>) => all.of(share(...args)) };
}

function fileWith(text: string | Buffer, mode = 0o600): string {
  const path = join(temporaryFolder(), 'secret');
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

test('a guest has none, and nobody is asked', async () => {
  const { of, asked } = passwords({ SESSIONKEEP_SMB_PASSWORD: SECRET });
  expect((await of({ from: 'nobody' }))._unsafeUnwrap()).toBeNull();
  expect(asked).toEqual([]);
});

test('from the variable that the configuration names', async () => {
  const wish = { from: 'env', name: 'NAS', at: 'x.yaml:7: targets.nas.password' } as const;
  const { of, asked } = passwords({ NAS: SECRET });
  expect((await of(wish))._unsafeUnwrap()).toBe(SECRET);
  for (const name of ['SESSIONKEEP_SMB_PASSWORD', 'NAS']) {
    const env = { [name]: name === 'NAS' ? '' : SECRET };
    const missing = (await passwords(env).of(wish))._unsafeUnwrapErr();
    expect([missing.kind, missing.message]).toEqual([
      'usage',
      'x.yaml:7: targets.nas.password: the environment variable NAS is not set',
    ]);
  }
  expect(asked).toEqual([]);
});

test('where nothing says where: the environment, else it is asked for, once a share and user', async () => {
  const anywhere = { from: 'anywhere' } as const;
  expect((await passwords({ SESSIONKEEP_SMB_PASSWORD: SECRET }).of(anywhere))._unsafeUnwrap()).toBe(SECRET);
  const { of, asked } = passwords();
  expect((await of(anywhere))._unsafeUnwrap()).toBe('typed-1');
  expect((await of(anywhere, 'smb://me@nas/secure/other'))._unsafeUnwrap()).toBe('typed-1');
  expect((await of(anywhere, 'smb://you@nas/secure'))._unsafeUnwrap()).toBe('typed-2');
  expect(asked).toEqual(['Password for smb://me@nas/secure', 'Password for smb://you@nas/secure']);
});

test('without a terminal nobody is asked', async () => {
  // Tests run without one.
  const error = (await askPassword('Password for smb://me@nas/secure', signal))._unsafeUnwrapErr();
  expect(error.kind).toBe('usage');
  expect(`${error.message}; ${error.hint ?? ''}`).toBe(
    'Password for smb://me@nas/secure: there is no terminal to ask at; set SESSIONKEEP_SMB_PASSWORD, give --password-file FILE, or write password: into the configuration',
  );
});

test.each([[`${SECRET}\n`], [`${SECRET}\r\n`], [SECRET], [`${SECRET}\nsecond line\n`]])(
  'the first line of the file %j',
  (text) => {
    expect(readPasswordFile(fileWith(text), '--password-file')._unsafeUnwrap()).toEqual({
      password: SECRET,
      warning: null,
    });
  },
);

test.each<[string, string | Buffer]>([
  ['an empty file', ''],
  ['an empty first line', '\nsecret\n'],
  ['something else than text', Buffer.from([0xff, 0xfe, 0x0a])],
  ['a NUL', 'a\0b\n'],
  ['no line at all', 'x'.repeat(10_000)],
])('%s has no password', (_, content) => {
  const path = fileWith(content);
  const error = readPasswordFile(path, '--password-file')._unsafeUnwrapErr();
  expect([error.kind, error.message]).toEqual([
    'usage',
    `--password-file: the first line of ${path} is no password`,
  ]);
});

test('a file that is not there', () => {
  const error = readPasswordFile('/nowhere/secret', 'x.yaml:3: targets.nas.password')._unsafeUnwrapErr();
  expect(error.message).toBe(
    'x.yaml:3: targets.nas.password: /nowhere/secret cannot be read: ENOENT: no such file or directory',
  );
});

test('that others may read the file is told once', async () => {
  const path = fileWith(SECRET, 0o644);
  const { of, told } = passwords();
  const wish = { from: 'file', path, at: '--password-file' } as const;
  expect((await of(wish))._unsafeUnwrap()).toBe(SECRET);
  expect((await of(wish))._unsafeUnwrap()).toBe(SECRET);
  expect(told).toEqual([`--password-file: others may read ${path}; chmod 600 keeps it to you`]);
});

test('a pipe may have it, and is read no further than its first line', () => {
  const folder = temporaryFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  execFileSync('sh', ['-c', `(printf 'from a pipe\\n' > '${folder}/pipe') > /dev/null 2>&1 &`]);
  expect(readPasswordFile(join(folder, 'pipe'), 'x')._unsafeUnwrap().password).toBe('from a pipe');
});

interface Ran {
  readonly answer: Awaited<ReturnType<typeof runPasswordCommand>>;
  readonly told: readonly string[];
}

async function runCommand(
  command: readonly string[],
  more: { folder?: string; home?: string; patienceMs?: number; signal?: AbortSignal } = {},
): Promise<Ran> {
  const told: string[] = [];
  const { folder = '/', ...world } = more;
  const answer = await runPasswordCommand(
    { command, folder, at: 'x.yaml:3: targets.nas.password' },
    { home: '/home/anna', signal, tell: (line) => told.push(line), ...world },
  );
  return { answer, told };
}

test('a program prints it; its arguments are not a shell’s', async () => {
  const { answer } = await runCommand(['printf', '%s\\n', SECRET]);
  expect(answer._unsafeUnwrap()).toBe(SECRET);
  const folder = temporaryFolder();
  const two = await runCommand(['echo', '$HOME;', '`id`', '>', 'file'], { folder });
  expect(two.answer._unsafeUnwrap()).toBe('$HOME; `id` > file');
});

test('it runs in the folder of the configuration, or in the home folder when it says so', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tell'), '#!/bin/sh\npwd\n', { mode: 0o700 });
  expect((await runCommand(['./tell'], { folder })).answer._unsafeUnwrap()).toBe(folder);
  expect((await runCommand(['~/tell'], { home: folder })).answer._unsafeUnwrap()).toBe('/');
});

test('what it says beside is passed on, safe for a terminal', async () => {
  const { answer, told } = await runCommand([
    'sh',
    '-c',
    `printf 'touch the key\\033[2J\\n' >&2; echo secret`,
  ]);
  expect(answer._unsafeUnwrap()).toBe('secret');
  expect(told).toEqual(['touch the key\\x1b[2J']);
});

test.each<[string, readonly string[], string]>([
  ['one that is not there', ['no-such-program'], 'no-such-program is not there'],
  ['one that is no program', ['/etc/passwd'], '/etc/passwd cannot be run: EACCES'],
  ['one that fails', ['sh', '-c', 'echo geheim; exit 3'], 'sh ended with exit code 3'],
  ['one that is killed', ['sh', '-c', 'kill -9 $$'], 'sh ended with SIGKILL'],
  ['one that prints nothing', ['true'], 'true printed no password'],
  ['one that prints too much', ['yes', 'x'.repeat(5000)], 'yes printed no password'],
])('%s', async (_, command, expected) => {
  const { answer } = await runCommand(command, { patienceMs: 3000 });
  const error = answer._unsafeUnwrapErr();
  expect([error.kind, error.message]).toEqual(['denied', `x.yaml:3: targets.nas.password: ${expected}`]);
  expect(JSON.stringify(error)).not.toContain('geheim');
});

test('one that gives no answer is ended, though what it started holds its pipes open', async () => {
  const folder = temporaryFolder();
  const script = `echo $$ > pid; sleep 20 & sleep 20`;
  const { answer } = await runCommand(['sh', '-c', script], { folder, patienceMs: 300 });
  expect(answer._unsafeUnwrapErr().message).toContain('sh gave no answer in 0.3 s');
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('an interruption ends it', async () => {
  const stop = new AbortController();
  const running = runCommand(['sleep', '1000'], { signal: stop.signal });
  stop.abort();
  expect((await running).answer._unsafeUnwrapErr().kind).toBe('aborted');
  expect((await runCommand(['sleep', '1000'], { signal: stop.signal })).answer._unsafeUnwrapErr().kind).toBe(
    'aborted',
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // What nobody has asked about is a zombie: dead all the same.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
