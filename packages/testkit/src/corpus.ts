/**
 * Sessions that nobody had, like those that Claude Code writes: generated from a seed, as data first, and then written to a disk or
 * into memory; and what happens to them later.
 *
 * @module
 */
export type { ContentSpec, CorpusFile, CorpusKind, CorpusPlan, CorpusProject } from './corpus/corpus-plan.js';
export { corpusBytes, corpusTime } from './corpus/corpus-plan.js';
export { contentBytes } from './corpus/content.js';
export { demoCorpus } from './corpus/demo-corpus.js';
export { generateCorpus, type CorpusOptions } from './corpus/generate-corpus.js';
export { mutateFolder } from './corpus/mutate-folder.js';
export {
  linesFor,
  mutateMemory,
  planMutations,
  type MutableFiles,
  type Mutation,
  type MutationCounts,
  type MutationKind,
} from './corpus/mutation.js';
export { projectFolderName } from './corpus/project-folder-name.js';
export { createRandom, type Random } from './corpus/random.js';
export { corpusFiles, writeCorpus, type CorpusWritten } from './corpus/write-corpus.js';
