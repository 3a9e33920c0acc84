import { printable } from '@sessionkeep/core';

/** Enough for a sentence. */
const MOST_BYTES = 300;

/** The first line of an answer, safe to show; the rest is not read. Rejects as the body does. */
export async function startOfBody({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  // To leave the loop cancels the stream.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MOST_BYTES) break;
  }
  const [line = ''] = Buffer.concat(chunks)
    .toString('utf8', 0, Math.min(length, MOST_BYTES))
    .trim()
    .split('\n', 1);
  return printable(line.trimEnd());
}
