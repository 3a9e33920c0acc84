import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test is. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sessionkeep-runner-')));
  // Some tests leave hundreds of thousands of files.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 180_000);
  return folder;
}
