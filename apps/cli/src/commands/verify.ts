import { type ReadBack, readBackOf, verify, verifySentence } from '@sessionkeep/runner';
import type { ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { finishRun } from '../report/close-run.js';
import { VERIFY_COLUMNS } from '../report/columns.js';
import { refuse } from '../work/finish.js';
import { withWork, type Begun } from '../work/with-work.js';

/** `sessionkeep verify`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const { flags, values } = args;
  const wanted = {
    deep: flags.has('deep'),
    sample: values.get('sample'),
    sampleFrom: values.get('sample-from'),
  };
  const readBack = readBackOf(wanted, choiceOf(args));
  if (readBack.isErr()) return refuse(args, openOutput(args, context), [readBack.error]);
  return withWork(args, context, { archiveAlone: true }, (begun) =>
    verifyAll(begun, readBack.value, args, context),
  );
}

async function verifyAll(
  { work, engine, output }: Begun,
  readBack: ReadBack,
  args: Args,
  { now, stderr }: Context,
): Promise<ExitCode> {
  const began = now();
  const choice = choiceOf(args);
  const end = await verify({ work, engine, observer: output, choice, now: began }, { readBack });
  const { samples, sourceRead } = end;
  const { counts, bytes } = end.sum;
  const ms = now() - began;
  return finishRun(end, output, {
    command: 'verify',
    fields: {
      deep: readBack.read === 'everything',
      samples: samples.map(({ fields }) => fields),
      sourceRead,
      files: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...NO_VERDICTS,
      ...counts,
      bytesRead: bytes,
      durationMs: Math.round(ms),
    },
    columns: VERIFY_COLUMNS,
    bytesTitle: 'read',
    screen: stderr,
    notes: samples.map((sample) => sample.sentence(work.targets.length > 1)),
    sentence: (code) => verifySentence(code, readBack.read, sourceRead, counts),
    ms,
  });
}

const NO_VERDICTS = {
  matching: 0,
  grown: 0,
  changed: 0,
  new: 0,
  retained: 0,
  divergent: 0,
  missing: 0,
  corrupt: 0,
  refused: 0,
  failed: 0,
};
