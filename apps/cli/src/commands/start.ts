import type { Args } from '../args/args.js';
import { makeArgs } from '../args/args.js';
import { findConfig } from '../config/find-config.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../run/exit-code.js';
import { projectsFolder } from '../select/implicit-source.js';
import { hasSessions } from './has-sessions.js';

const ARCHIVE = './claude-sessions';

/** The hidden `start`: backs up what there is (a demonstration where there is nothing), verifies it, says how to go on. */
export async function run(_: Args, context: Context): Promise<ExitCode> {
  const prepared = await prepare(context);
  if (prepared === null) return EXIT.unexpected;
  const backup = await import('./backup.js');
  const backedUp = await backup.run(makeArgs('backup', prepared), context);
  if (backedUp !== EXIT.done && backedUp !== EXIT.partial && backedUp !== EXIT.damage) return backedUp;
  const verify = await import('./verify.js');
  const verified = await verify.run(makeArgs('verify', prepared), context);
  if (verified !== EXIT.interrupted) tellNext(prepared, context);
  return verified === EXIT.done ? backedUp : verified;
}

type Values = Parameters<typeof makeArgs>[1];

/** The options that both runs get; null when no demonstration could be made. */
async function prepare(context: Context): Promise<Values | null> {
  const { stderr } = context;
  const config = findConfig(undefined, context).unwrapOr(null);
  if (config !== null) {
    stderr.write(`Backing up as ${config.shown} says.\n`);
    return {};
  }
  const projects = projectsFolder(context);
  if (hasSessions(projects)) {
    stderr.write(`Backing up ${projects} to ${ARCHIVE}.\n`);
    return { to: ARCHIVE };
  }
  const { makeDemo } = await import('./make-demo.js');
  const demo = await makeDemo(context);
  if (demo.isErr()) {
    stderr.write(`error: ${demo.error.message}\n`);
    return null;
  }
  stderr.write(
    `There are no Claude Code sessions in ${projects}.\n` +
      `${demo.value.made ? 'Made' : 'Using'} a demonstration in ${demo.value.shown}: invented sessions, ignored by git, safe to delete.\n` +
      `Backing it up to ${ARCHIVE}.\n`,
  );
  return { from: demo.value.path, to: ARCHIVE, source: 'demo' };
}

function tellNext(values: Values, { stderr, env }: Context): void {
  const cli = env['npm_lifecycle_event'] === undefined ? 'sessionkeep' : 'npm run -s sessionkeep --';
  const to = values?.to === undefined ? '' : ` --to ${values.to}`;
  stderr.write(
    `
What to do next
  ${cli} status${to}
      what the archive has
  ${cli} restore${to} --into ./restored
      bring all of it back into a folder; --session UUID for one session, --at 2d for an earlier state
  ${cli} help
      everything else. A sessionkeep.yaml names sources, repos and targets; see README.md.
`,
  );
}
