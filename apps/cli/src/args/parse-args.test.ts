import { expect, test } from 'vitest';
import { parseArgs } from './parse-args.js';

const parse = (...argv: string[]) => parseArgs(argv)._unsafeUnwrap();
const refuse = (...argv: string[]): string => {
  const { kind, message, hint } = parseArgs(argv)._unsafeUnwrapErr();
  expect(kind).toBe('usage');
  return `${message}; ${hint ?? ''}`;
};

test('values in both forms, and flags', () => {
  const { command, flags, values } = parse('backup', '--to', '/x', '--source=mac', '--dry-run', '--json');
  expect(command).toBe('backup');
  expect([...values]).toEqual([
    ['to', '/x'],
    ['source', 'mac'],
  ]);
  expect([...flags]).toEqual(['dry-run', 'json']);
});

test('a value may begin with a dash, as project folders do', () => {
  expect(parse('restore', '--as', '-Users-bob-code', '--into', 'd').values.get('as')).toBe('-Users-bob-code');
  expect(parse('backup', '--to=--odd').values.get('to')).toBe('--odd');
  expect(parse('backup', '--to=a=b').values.get('to')).toBe('a=b');
});

test('help and version, wherever they stand', () => {
  expect(parse('--help').command).toBe('help');
  expect(parse('-h').command).toBe('help');
  expect(parse('--version').command).toBe('version');
  expect(parse('help', 'backup').operands).toEqual(['backup']);
  expect(parse('restore', '--help').flags.has('help')).toBe(true);
});

test('letters stand for flags', () => {
  expect([...parse('backup', '-v').flags]).toEqual(['verbose']);
  expect([...parse('backup', '-q').flags]).toEqual(['quiet']);
});

test('what follows a bare -- is no option', () => {
  expect(parse('help', '--', '--odd').operands).toEqual(['--odd']);
});

test.each([
  [[], 'no command given; run `sessionkeep help`'],
  [['bakup'], 'there is no command "bakup"; did you mean backup?'],
  [['frobnicate'], 'there is no command "frobnicate"; run `sessionkeep help`'],
  [['\x1b[2J'], 'there is no command "\\x1b[2J"; run `sessionkeep help`'],
  [['backup', '--dryrun'], 'backup has no option --dryrun; did you mean --dry-run?'],
  [['backup', '--sorce=x'], 'backup has no option --sorce; did you mean --source?'],
  [['verify', '--into=x'], 'verify has no option --into, but restore has it; run `sessionkeep help verify`'],
  [['backup', '-x'], 'backup has no option -x; run `sessionkeep help backup`'],
  [['backup', '--to'], '--to needs a value: --to DIR|URL|NAME; run `sessionkeep help backup`'],
  [['backup', '--to', '--json'], '--to needs a value: --to DIR|URL|NAME; run `sessionkeep help backup`'],
  [['backup', '--to='], '--to needs a value: --to DIR|URL|NAME; run `sessionkeep help backup`'],
  [['backup', '-q', '-v'], '--quiet and --verbose contradict each other; give one of them'],
  [['backup', '--json=yes'], '--json takes no value; run `sessionkeep help backup`'],
  [['backup', '--to', 'a', '--to', 'b'], '--to is given twice; give it once'],
  [
    ['backup', 'everything'],
    'backup does not know what to do with "everything"; run `sessionkeep help backup`',
  ],
  [['help', 'a', 'b'], 'help does not know what to do with "b"; run `sessionkeep help help`'],
  [['config'], 'config needs check or schema; run `sessionkeep help config`'],
  [['config', 'chekc'], 'config does not know "chekc"; did you mean check?'],
  [['config', 'frob'], 'config does not know "frob"; there are check, schema'],
  [['config', 'check', 'x'], 'config does not know what to do with "x"; run `sessionkeep help config`'],
  [['restore'], 'restore needs --into DIR|URL; run `sessionkeep help restore`'],
  [['unlock', '--source', 'a'], 'unlock needs --repo NAME|all; run `sessionkeep help unlock`'],
])('%j is refused', (argv, message) => {
  expect(refuse(...argv)).toBe(message);
});
