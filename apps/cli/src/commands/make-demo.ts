import type { Answer } from '@sessionkeep/core';
import { demoCorpus, writeCorpus } from '@sessionkeep/testkit/corpus';
import { ok } from 'neverthrow';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { hasSessions } from './has-sessions.js';

export interface Demo {
  readonly path: string;
  readonly shown: string;
  /** False when it was there already. */
  readonly made: boolean;
}

const FOLDER = 'claude-sessions-demo';

/** Sessions that nobody had, for whoever has none yet: always the same, but for their times. */
export async function makeDemo({ cwd, now }: Context): Answer<Demo> {
  const demo = { path: join(cwd, FOLDER), shown: `./${FOLDER}` };
  if (hasSessions(demo.path)) return ok({ ...demo, made: false });
  const written = await writeCorpus(demoCorpus(now()), demo.path);
  return written.map(() => ({ ...demo, made: true }));
}
