import { EXIT } from '@sessionkeep/runner/program';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMAND_NAMES, commandSpec } from '../src/args/command-table.js';
import { OPTIONS } from '../src/args/options.js';
import { ENVIRONMENT } from '../src/man/surroundings.js';
import { need } from './helpers/needs.js';
import { MAIN } from './helpers/run-built.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const SHIPPED = fileURLToPath(new URL('../dist/sessionkeep.1', import.meta.url));
const SOURCES = ['../src', '../../../packages/runner/src'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

// eslint-disable-next-line no-control-regex -- it is how terminals of old were told
const STRUCK_OVER = /.\x08/g;

/** Why pages cannot be looked at here; null when they can. */
function noMandoc(): string | null {
  return spawnSync('mandoc', [], { input: '.TH X 1 2026-01-01\n.SH NAME\nx \\- y\n' }).status === 0
    ? null
    : 'mandoc is not installed';
}

/** The page as a reader of `width` columns sees it. */
function read(width: number): string {
  // Bold and underlined are struck over.
  return execFileSync('mandoc', ['-Tascii', `-Owidth=${width}`, SHIPPED], { encoding: 'utf8' }).replace(
    STRUCK_OVER,
    '',
  );
}

test('the page that is shipped is what the CLI prints', () => {
  const printed = execFileSync(process.execPath, [MAIN, 'help', '--man'], { encoding: 'utf8' });
  expect(readFileSync(SHIPPED, 'utf8')).toBe(printed);
});

test('mandoc finds nothing wrong with it', (context) => {
  need(context, noMandoc());
  const { stdout } = spawnSync('mandoc', ['-Tlint', SHIPPED], { encoding: 'utf8' });
  // A date would make every day's build another one.
  expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
});

test('every command, option and exit code is in it, and nothing is wider than the terminal', (context) => {
  need(context, noMandoc());
  const page = read(80);
  for (const name of COMMAND_NAMES) expect(page).toMatch(new RegExp(`^ {7}sessionkeep ${name}\\b`, 'm'));
  for (const name of Object.keys(OPTIONS))
    expect(page).toMatch(new RegExp(`^ {7}(-\\w, )?--${name}\\b`, 'm'));
  for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^ {7}${code} `, 'm'));
  for (const name of COMMAND_NAMES)
    for (const [line] of commandSpec(name).examples) expect(page.replace(/\s+/g, ' ')).toContain(line);
  for (const line of read(60).split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test('every variable that is looked at is in it', () => {
  const read = SOURCES.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!test)\.ts$/.test(name))
      .flatMap((name) => [
        ...readFileSync(join(folder, name), 'utf8').matchAll(/(?:env\[|_VARIABLE = )'(\w+)'/g),
      ]),
  ).map(([, variable]) => variable);
  expect(read.length).toBeGreaterThan(5);
  const told = ENVIRONMENT.map(([name]) => name);
  expect([...new Set(read)].filter((name) => name !== undefined && !told.includes(name))).toEqual([]);
  expect(told.filter((name) => !read.includes(name))).toEqual([]);
});

test('man shows it, without a warning', (context) => {
  need(context, spawnSync('man', ['--version']).status === 0 ? null : 'man is not installed');
  const page = join(temporaryFolder(), 'sessionkeep.1');
  writeFileSync(page, readFileSync(SHIPPED));
  const env = { PATH: process.env['PATH'], MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
  const shown = spawnSync('man', ['--warnings', '-l', page], { encoding: 'utf8', env });
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toContain('DIR/<project folder>/…');
});
