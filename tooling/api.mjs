// `npm run api`: accepts the public API as it is built now, by writing it into api/. Says what is another than before.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { apiReports } from './api-report.mjs';
import { root } from './workspace.mjs';

const folder = join(root, 'api');
const reports = await apiReports();
mkdirSync(folder, { recursive: true });
const wanted = new Map([...reports].map(([{ file }, report]) => [file, report]));
const present = readdirSync(folder).map((name) => join(folder, name));
const changed = [...wanted].filter(
  ([file, report]) => !existsSync(file) || readFileSync(file, 'utf8') !== report,
);
const gone = present.filter((file) => !wanted.has(file));
for (const [file, report] of changed) writeFileSync(file, report);
for (const file of gone) rmSync(file);
for (const file of [...changed.map(([file]) => file), ...gone])
  process.stdout.write(`changed: ${relative(root, file)}\n`);
process.stdout.write(
  changed.length + gone.length === 0
    ? 'The public API is the one that was accepted.\n'
    : 'Look at the difference as users will, commit it, and add a changeset (npm run changeset).\n',
);
