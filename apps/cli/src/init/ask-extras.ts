import { EXTRA_NAMES, EXTRAS, isProjectsFolder, type Answer, type ExtraName } from '@sessionkeep/core';
import { ok } from 'neverthrow';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Asker } from './asker.js';

const ABOUT: Readonly<Record<ExtraName, string>> = {
  history: 'every prompt that was typed',
  'file-history': 'files as they were before edits',
  plans: 'plans that were made',
  tasks: 'lists of what is to be done',
  teams: 'how agents were put together',
  'paste-cache': 'long texts that were pasted',
};

/** The extras that lie beside a projects folder now. */
export function extrasBeside(path: string): ExtraName[] {
  if (!isProjectsFolder(path)) return [];
  return EXTRA_NAMES.filter((name) => existsSync(join(dirname(path), EXTRAS[name].file ?? name)));
}

/** Asks what else to keep, where there is something. */
export async function askExtras(there: readonly ExtraName[], asker: Asker): Answer<readonly ExtraName[]> {
  if (there.length === 0) return ok([]);
  const width = Math.max(...there.map((name) => name.length));
  return asker.some(
    'What else is to be kept, of what lies beside the projects?',
    there.map((value) => ({ value, label: `${value.padEnd(width)}  ${ABOUT[value]}` })),
    { ticked: false, none: true },
  );
}
