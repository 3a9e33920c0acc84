import { appendFileSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Machine } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/json.md', import.meta.url)), 'utf8');
const SHOP = '-home-anna-shop';
const FILE = 'mac/shop/rewritten.jsonl';
const base = ['--to', 'kept', '--json'];

/** A field of the page: whether it may be left out. */
type Fields = ReadonlyMap<string, boolean>;

/** Every `### command: type` of the page with the names in its table's first column. */
function sections(): Map<string, Fields> {
  const found = new Map<string, Fields>();
  for (const [heading = '', ...rest] of PAGE.split(/^### /m)
    .slice(1)
    .map((part) => part.split('\n'))) {
    const [commands = '', type] = heading.includes(':') ? heading.split(':') : ['`*`', heading];
    const rows = rest.filter((line) => line.startsWith('| `')).map((line) => line.split('|'));
    const fields = rows.flatMap(([, names = '', meaning = '']) =>
      words(names).map((name): [string, boolean] => [
        name,
        /optional|^ of `|not in the summary/.test(meaning),
      ]),
    );
    for (const command of words(commands))
      found.set(`${command} ${words(type ?? '').join('')}`, new Map(fields));
  }
  return found;
}

function words(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

/** A command of every kind, with something to tell. */
async function everything(): Promise<[string, Readonly<Record<string, unknown>>][]> {
  const here = new Machine();
  const told: [string, Readonly<Record<string, unknown>>][] = [];
  const run = async (command: string, ...args: string[]): Promise<void> => {
    const { events } = await here.run([command, ...args, ...base]);
    for (const event of events) told.push([command, event]);
  };
  for (const name of ['grows', 'rewritten', 'deleted'])
    writeFiles(here.projects, { [`${SHOP}/${name}.jsonl`]: logLine('/home/anna/shop') });
  symlinkSync('/etc/hostname', join(here.projects, SHOP, 'link'));
  await run('backup', '--source', 'mac');
  appendFileSync(join(here.projects, SHOP, 'grows.jsonl'), 'more\n');
  writeFiles(here.projects, { [`${SHOP}/rewritten.jsonl`]: 'anew\n', [`${SHOP}/new.jsonl`]: 'new\n' });
  rmSync(join(here.projects, SHOP, 'deleted.jsonl'));
  await run('plan', '--source', 'mac');
  await run('status', '--source', 'mac', '--max-age', '1s');
  await run('verify', '--source', 'mac', '--sample', '50');
  await run('backup', '--source', 'mac');
  for (const command of ['ls', 'log']) await run(command);
  await run('log', FILE);
  await run('diff', '1d');
  await run('restore', '--into', 'back');
  for (const command of ['repair', 'unlock']) await run(command, '--source', 'mac', '--repo', 'shop');
  await run('doctor');
  return told;
}

test('the page on --json names every field that there is, and none that is not', async () => {
  const page = sections();
  const [always, notice] = [page.get('* summary'), page.get('* notice')];
  const seen = new Map<string, Set<string>>();
  for (const [command, event] of await everything()) {
    const key = `${command} ${String(event['type'])}`;
    const own = page.get(key);
    const fields = event['type'] === 'notice' ? notice : own;
    const all = new Map([...(fields ?? []), ...(event['type'] === 'summary' ? (always ?? []) : [])]);
    expect(fields, `a section on ${key}`).toBeDefined();
    expect([key, Object.keys(event).filter((name) => !all.has(name))]).toEqual([key, []]);
    const needed = [...all].filter(([, optional]) => !optional).map(([name]) => name);
    expect([key, needed.filter((name) => !(name in event))]).toEqual([key, []]);
    const names = seen.get(key) ?? new Set();
    seen.set(key, names);
    for (const name of Object.keys(event)) names.add(name);
  }
  const unseen = [...page].filter(([key]) => !key.startsWith('*') && !seen.has(key)).map(([key]) => key);
  expect(unseen, 'sections on nothing').toEqual([]);
});
