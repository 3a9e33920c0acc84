import { backup, backupFields, backupSentence, waitForJitter } from '@sessionkeep/runner';
import type { ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { OpenPlan } from '../plan-file/open-plan.js';
import { finishRun } from '../report/close-run.js';
import { BACKUP_COLUMNS } from '../report/columns.js';
import { dryRunList } from '../report/dry-run-list.js';
import { refuse } from '../work/finish.js';
import { withWork, type Begun } from '../work/with-work.js';

/** `sessionkeep backup`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const jitter = args.values.get('jitter');
  if (jitter !== undefined) {
    const output = openOutput(args, context);
    const waited = await waitForJitter(jitter, output, context);
    if (waited.isErr()) return refuse(args, output, [waited.error]);
  }
  return withWork(args, context, {}, async (begun) => {
    if (!args.values.has('plan')) return backUp(begun, null, args, context);
    const { openPlan } = await import('../plan-file/open-plan.js');
    const plan = await openPlan(args, begun, context);
    if (plan.isErr()) return refuse(args, begun.output, plan.error);
    const code = await backUp(begun, plan.value, args, context);
    await plan.value.close();
    return code;
  });
}

/** @param plan what is done, and nothing else; null for all that there is to do */
async function backUp(
  { work, engine, output }: Begun,
  plan: OpenPlan | null,
  { flags, values }: Args,
  { now, stderr }: Context,
): Promise<ExitCode> {
  const began = now();
  const dryRun = flags.has('dry-run');
  const end = await backup(
    { work, engine, observer: output },
    {
      dryRun,
      checksum: flags.has('checksum'),
      rebind: flags.has('rebind'),
      plan,
      planned: ({ source, repo }, files) => output.list(() => dryRunList(`${source}/${repo}`, files)),
    },
  );
  const ms = now() - began;
  const { sum, reposNotBegun } = end;
  return finishRun(end, output, {
    command: 'backup',
    fields: { dryRun, plan: values.get('plan') ?? null, ...backupFields(sum, ms), reposNotBegun },
    columns: BACKUP_COLUMNS,
    bytesTitle: dryRun ? 'to move' : 'moved',
    screen: stderr,
    sentence: (code) => backupSentence(code, dryRun, plan !== null),
    ms,
  });
}
