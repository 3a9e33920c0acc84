import type { ContentSpec } from './corpus-plan.js';
import { logChunks } from './log-lines.js';
import { PROSE_BYTES, proseBytes, TASKS } from './prose.js';
import { createRandom } from './random.js';

/** The bytes of a file, `size` of them. A chunk is the caller's only until it asks for the next. */
export function contentChunks(spec: ContentSpec): Iterable<Uint8Array> {
  if (spec.kind === 'session' || spec.kind === 'subagent') return logChunks(spec);
  return [
    spec.kind === 'tool-result' || spec.kind === 'memory' ? textBytes(spec) : Buffer.from(smallText(spec)),
  ];
}

/** The same in one piece. */
export function contentBytes(spec: ContentSpec): Uint8Array {
  const bytes = new Uint8Array(spec.size);
  let used = 0;
  for (const chunk of contentChunks(spec)) {
    bytes.set(chunk, used);
    used += chunk.length;
  }
  return bytes;
}

/** The text of files that hold little; their size is its length. */
export function smallText(spec: Pick<ContentSpec, 'kind' | 'seed' | 'session' | 'cwd'>): string {
  const [prompt, title] = createRandom(spec.seed).pick(TASKS);
  if (spec.kind === 'meta') return JSON.stringify({ agentType: 'Explore', description: title });
  if (spec.kind !== 'index') return '';
  const entry = { sessionId: spec.session, firstPrompt: prompt, summary: title, projectPath: spec.cwd };
  return JSON.stringify({ version: 1, entries: [entry] }, null, 2);
}

/** Prose in lines of up to 120 characters. */
function textBytes(spec: ContentSpec): Buffer {
  const from = createRandom(spec.seed).between(0, PROSE_BYTES - spec.size);
  const bytes = Buffer.from(proseBytes().subarray(from, from + spec.size));
  for (let at = 119; at < bytes.length; at += 120) bytes[at] = 0x0a;
  return bytes;
}
