// `npm run api`: accepts the public API as it is built now, by writing it into api/.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReports } from './api-report.mjs';
import { root } from './workspace.mjs';

const folder = join(root, 'api');
const reports = await apiReports();
mkdirSync(folder, { recursive: true });
for (const [{ file }, report] of reports) writeFileSync(file, report);
const wanted = new Set([...reports.keys()].map(({ file }) => file));
for (const name of readdirSync(folder)) if (!wanted.has(join(folder, name))) rmSync(join(folder, name));
