import { randomFillSync } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAR_FILES, LARGE_BYTES, SMALL_BYTES, SMALL_FILES } from './tasks.js';

/** What is sent, beside the corpus. */
export interface Sources {
  readonly large: string;
  readonly small: string;
  readonly far: string;
}

/** 2026-08-01, in seconds. */
const FIRST_TIME = 1_785_542_400;

/** Writes bytes that do not repeat, each small file with a time of its own. */
export function writeSources(scratch: string): Sources {
  const sources = { large: join(scratch, 'large'), small: join(scratch, 'small'), far: join(scratch, 'far') };
  writeFileSync(sources.large, randomFillSync(Buffer.allocUnsafe(LARGE_BYTES)));
  writeSmall(sources.small, SMALL_FILES);
  writeSmall(sources.far, FAR_FILES);
  return sources;
}

function writeSmall(folder: string, count: number): void {
  mkdirSync(folder);
  const bytes = Buffer.allocUnsafe(SMALL_BYTES);
  for (let index = 0; index < count; index++) {
    const path = join(folder, `${String(index).padStart(4, '0')}.jsonl`);
    writeFileSync(path, randomFillSync(bytes));
    utimesSync(path, FIRST_TIME + index, FIRST_TIME + index);
  }
}
