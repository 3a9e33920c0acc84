// `npm run bench [-- ARGS]`: sets up, then runs the benchmarks under Node 24.
import { join } from 'node:path';
import { runInForeground } from './run.mjs';
import { setup } from './setup.mjs';
import { node24, root } from './workspace.mjs';

await setup();
const main = join(root, 'benchmarks/dist/main.js');
process.exitCode = await runInForeground(node24, [main, ...process.argv.slice(2)]);
