// Writes the demonstration corpus into a folder: sessions that nobody had, always the same but for their times.
import { resolve } from 'node:path';
import { demoCorpus, writeCorpus } from '../packages/testkit/dist/corpus.js';

const written = await writeCorpus(demoCorpus(Date.now()), resolve(process.argv[2] ?? '.'));
if (written.isErr()) {
  process.stderr.write(`error: ${written.error.message}\n`);
  process.exitCode = 1;
}
