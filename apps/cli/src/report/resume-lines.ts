import { findCwd, printable } from '@sessionkeep/core';
import type { FileDone } from '@sessionkeep/transfer';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { shellWord } from '../render/shell-word.js';
import { projectsFolder } from '../select/implicit-source.js';

const SESSION = /^([^/]+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i;
const SHOWN = 3;
const HEAD_BYTES = 64 * 1024;

/** How to go on with the sessions that were restored: `claude --resume` in the folder that their logs name. */
export function resumeLines(files: readonly FileDone[], into: string, context: Context): string[] {
  const sessions = files.flatMap(({ path, outcome }) => {
    const match = outcome === 'restored' || outcome === 'identical' ? SESSION.exec(path) : null;
    return match === null ? [] : [{ path, folder: match[1] ?? '', id: match[2] ?? '' }];
  });
  if (sessions.length === 0) return [];
  const projects = projectsFolder(context);
  if (into !== projects) return [`To resume a session, restore it into ${printable(projects)}.`];
  const lines = sessions.slice(0, SHOWN).map(({ path, folder, id }) => {
    const cwd = findCwd(readHead(join(into, path)), folder);
    return `  ${cwd === null ? '' : `cd ${shellWord(printable(cwd))} && `}claude --resume ${id}`;
  });
  const more = sessions.length > SHOWN ? [`  … and ${(sessions.length - SHOWN).toString()} more`] : [];
  return ['Resume with:', ...lines, ...more];
}

function readHead(path: string): string {
  try {
    const handle = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEAD_BYTES);
      return buffer.toString('utf8', 0, readSync(handle, buffer));
    } finally {
      closeSync(handle);
    }
  } catch {
    // Gone again or unreadable: the hint does without the folder.
    return '';
  }
}
