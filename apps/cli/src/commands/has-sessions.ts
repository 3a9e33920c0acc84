import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** True when a projects folder has a log in one of its project folders. */
export function hasSessions(projects: string): boolean {
  return names(projects).some((folder) =>
    names(join(projects, folder)).some((name) => name.endsWith('.jsonl')),
  );
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
