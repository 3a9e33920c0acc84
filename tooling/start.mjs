// `npm start [-- ARGS]`: sets up, then runs the CLI with ARGS; without any, the main job.
import { mainJob } from './main-job.mjs';
import { runInForeground } from './run.mjs';
import { setup } from './setup.mjs';
import { cli, root, withTools } from './workspace.mjs';

const args = process.argv.slice(2);
await setup();
// ARGS hold paths as the user's folder has them; the main job keeps its archive in the root.
process.exitCode =
  args.length > 0
    ? await runInForeground(cli, args, {
        cwd: process.env['INIT_CWD'] ?? root,
        env: withTools(process.env),
      })
    : await mainJob(root, process.env);
