// Writes the demonstration corpus into a folder: sessions that nobody had, always the same but for their times.
import { resolve } from 'node:path';

// By name only: where types are checked nothing is built yet.
const corpus = new URL('../packages/testkit/dist/corpus.js', import.meta.url).href;
const { demoCorpus, writeCorpus } = await import(corpus);

const written = await writeCorpus(demoCorpus(Date.now()), resolve(process.argv[2] ?? '.'));
if (written.isErr()) {
  process.stderr.write(`error: ${written.error.message}\n`);
  process.exitCode = 1;
}
