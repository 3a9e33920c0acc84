import { findCwd, isPodUrl, printable } from '@sessionkeep/core';
import { projectsFolder } from '@sessionkeep/runner';
import type { FileDone } from '@sessionkeep/transfer';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { shellWord } from '../render/shell-word.js';

const SESSION = /^([^/]+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i;
const SHOWN = 3;
const HEAD_BYTES = 64 * 1024;

/** The sessions that were restored: how many, and those that are shown. */
export class RestoredSessions {
  #count = 0;
  readonly #shown: { readonly path: string; readonly folder: string; readonly id: string }[] = [];

  add({ path, outcome }: FileDone): void {
    const match = outcome === 'restored' || outcome === 'identical' ? SESSION.exec(path) : null;
    if (match === null) return;
    if (this.#count++ < SHOWN) this.#shown.push({ path, folder: match[1] ?? '', id: match[2] ?? '' });
  }

  /** How to go on with them: `claude --resume` in the folder that their logs name. */
  resumeLines(into: string, context: Context): string[] {
    if (this.#count === 0) return [];
    const projects = projectsFolder(context);
    if (isPodUrl(into)) return ['To resume a session, run `claude --resume` in the container.'];
    if (into !== projects) return [`To resume a session, restore it into ${printable(projects)}.`];
    const lines = this.#shown.map(({ path, folder, id }) => {
      const cwd = findCwd(readHead(join(into, path)), folder);
      return `  ${cwd === null ? '' : `cd ${shellWord(printable(cwd))} && `}claude --resume ${id}`;
    });
    const more = this.#count > SHOWN ? [`  … and ${(this.#count - SHOWN).toString()} more`] : [];
    return ['Resume with:', ...lines, ...more];
  }
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
