import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { apiEntries, apiReports } from '../api-report.mjs';
import { publishablePackages, root } from '../workspace.mjs';

let reports: Awaited<ReturnType<typeof apiReports>>;

beforeAll(async () => {
  reports = await apiReports();
});

// What is compared is what `npm test` has built just before.
test.each(apiEntries())(
  'the public API of $name is the one that was accepted',
  ({ name, packageName, file }) => {
    const [entry] = [...reports.keys()].filter((other) => other.name === name);
    const accepted = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const advice = `the public API of ${name} changed: if that is meant, run \`npm run api\`, commit api/${basename(file)}, and add a changeset for ${packageName} (\`npm run changeset\`)`;
    expect(reports.get(entry!), advice).toBe(accepted);
  },
);

test('no report is left of an entry point that is gone', () => {
  const files = apiEntries().map(({ file }) => basename(file));
  expect(readdirSync(join(root, 'api')).sort()).toEqual(files.sort());
});

test('every library has a report', () => {
  const libraries = publishablePackages().filter(({ manifest }) => manifest.bin === undefined);
  const reported = new Set(apiEntries().map(({ packageName }) => packageName));
  expect([...reported]).toEqual(libraries.map(({ manifest }) => manifest.name));
});
