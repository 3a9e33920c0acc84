import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { App, contentsOf, firstLog, writeSessions, type AppRun } from './helpers/app.js';

const SHARDS = 3;
const REPOS = 12;

function app(): App {
  const one = new App();
  writeSessions(one.projects, REPOS);
  one.keepsFolder();
  return one;
}

/** All shards, at once, as an Indexed Job runs them. */
function runShards(one: App, ...args: string[]): Promise<AppRun[]> {
  const indices = Array.from({ length: SHARDS }, (_, index) => index.toString());
  return Promise.all(
    indices.map(
      (index) => one.start(['--shards', SHARDS.toString(), ...args], { JOB_COMPLETION_INDEX: index }).ended,
    ),
  );
}

/** What the ledgers say, without who said it when. */
function ledgersOf({ archive }: App): Record<string, unknown[]> {
  const meta = join(archive, '.sessionkeep', 'source-laptop');
  return Object.fromEntries(
    readdirSync(meta).map((repo) => [
      repo,
      readFileSync(join(meta, repo, 'ledger', '000001.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => {
          const { kind, path, size, sha256 } = JSON.parse(line) as Record<string, unknown>;
          return { kind, path, size, sha256 };
        })
        // Files of a repo are copied several at once.
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
}

function reposOf({ log }: AppRun): string[] {
  return log.filter(({ event }) => event === 'repo').map(({ repo }) => String(repo));
}

test('shards together, at once, do exactly what one run does', async () => {
  const [whole, split] = [app(), app()];
  const one = await whole.run('--verify-sample', '100');
  const many = await runShards(split, '--verify-sample', '100');
  expect([one.code, ...many.map(({ code }) => code)]).toEqual([0, 0, 0, 0]);
  expect(contentsOf(split.archive)).toEqual(contentsOf(whole.archive));
  expect(ledgersOf(split)).toEqual(ledgersOf(whole));
  // Each repo twice, backed up and verified, by one shard; and no shard has nothing to do.
  expect(many.flatMap(reposOf).toSorted()).toEqual(reposOf(one).toSorted());
  for (const run of many) expect(reposOf(run).length).toBeGreaterThan(0);

  appendFileSync(firstLog(whole.projects), 'more\n');
  appendFileSync(firstLog(split.projects), 'more\n');
  const [oneMore, manyMore] = [await whole.run(), await runShards(split)];
  const moved = manyMore.map(({ summary }) => summary['bytesMoved'] as number);
  expect(moved.toSorted((a, b) => a - b)).toEqual([0, 0, oneMore.summary['bytesMoved']]);
  const sorted = (run: AppRun): string[] => [...new Set(reposOf(run))].sort();
  expect(manyMore.map(sorted)).toEqual(many.map(sorted));
  expect(contentsOf(split.archive)).toEqual(contentsOf(whole.archive));
  expect(ledgersOf(split)).toEqual(ledgersOf(whole));
  // And one run after them has nothing to do.
  expect((await split.run()).summary).toMatchObject({
    exitCode: 0,
    bytesMoved: 0,
    counts: { unchanged: 24 },
  });
});

test('each shard has metrics of its own', async () => {
  const one = app();
  const receiver = await one.listen();
  await runShards(one, '--metrics-file', one.metrics);
  const groups = receiver.requests.map(({ path }) => path).filter((path) => path.startsWith('/metrics'));
  expect(groups.toSorted()).toEqual([0, 1, 2].map((n) => `/metrics/job/sessionkeep/shard/${n.toString()}`));
  const files = readdirSync(join(one.root, 'metrics')).toSorted();
  expect(files).toEqual([0, 1, 2].map((n) => `sessionkeep.shard-${n.toString()}.prom`));
  expect(readFileSync(join(one.root, 'metrics', files[1]!), 'utf8')).toContain(
    'sessionkeep_last_run_exit_code{shard="1"} 0',
  );
});
