import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example as a reader would: by plain Node, with the packages as they are built. */
export async function runExample(name: string, ...args: string[]): Promise<Ran> {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  try {
    return { code: 0, ...(await run(process.execPath, [file, ...args], { timeout: 50_000 })) };
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code: number } & Ran;
    return { code, stdout, stderr };
  }
}

/** The lines of what was printed. */
export function linesOf(text: string): string[] {
  return stripVTControlCharacters(text).trimEnd().split('\n');
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sessionkeep-examples-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
