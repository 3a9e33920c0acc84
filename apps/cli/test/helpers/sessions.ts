import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const SESSION = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';

/** One line of a log, with the working folder it was written in. */
export function logLine(cwd: string, text = 'hello'): string {
  return `${JSON.stringify({ type: 'user', cwd, sessionId: SESSION, message: { content: text } })}\n`;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Two projects with three files. */
export function writeSessions(projects: string): void {
  writeFiles(projects, {
    [`-home-anna-shop/${SESSION}.jsonl`]: logLine('/home/anna/shop').repeat(20),
    [`-home-anna-shop/${SESSION}/subagents/agent-1.jsonl`]: logLine('/home/anna/shop', 'sub'),
    '-home-anna-notes/6b1d5c64-2f0e-4c0e-8d35-9e8f7a6b5c4d.jsonl': logLine('/home/anna/notes'),
    '-home-anna-notes/session.lock': 'noise',
  });
}
