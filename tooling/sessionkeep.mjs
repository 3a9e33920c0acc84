// `npm run -s sessionkeep -- ARGS`: the built CLI in this very process, with nothing before it and nothing around it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../apps/cli/dist/main.js', import.meta.url);
const [major = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || !existsSync(main)) {
  process.stderr.write('sessionkeep is not set up here yet: run `npm start -- --version` once.\n');
  process.exitCode = 1;
} else {
  // npm changes to the root; ARGS hold paths as the user's folder has them.
  if (process.env['INIT_CWD'] !== undefined) process.chdir(process.env['INIT_CWD']);
  process.argv[1] = fileURLToPath(main);
  await import(main.href);
}
