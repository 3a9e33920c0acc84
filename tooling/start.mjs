// `npm start [-- ARGS]`: sets up, then runs the CLI. Without ARGS that is its own hidden `start`.
import { runInForeground } from './run.mjs';
import { setup } from './setup.mjs';
import { cli, node24, root } from './workspace.mjs';

const args = process.argv.slice(2);
await setup();
// ARGS hold paths as the user's folder has them; `start` keeps its archive in the root.
const cwd = args.length > 0 ? (process.env['INIT_CWD'] ?? root) : root;
process.exitCode = await runInForeground(node24, [cli, ...(args.length > 0 ? args : ['start'])], { cwd });
