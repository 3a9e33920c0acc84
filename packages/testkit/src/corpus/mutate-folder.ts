import { mkdirSync, renameSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Mutation } from './mutation.js';
import { secondsOf, writeContent } from './write-corpus.js';

/**
 * Lets the mutations happen to a corpus on a real disk, in order; stops at the first that cannot.
 *
 * @example
 * const corpus = demoCorpus(Date.now());
 * const written = await writeCorpus(corpus, '/tmp/projects');
 * const changed = await mutateFolder('/tmp/projects', planMutations(corpus, 1, { grow: 2, rewrite: 1, delete: 1 }));
 */
export async function mutateFolder(folder: string, mutations: readonly Mutation[]): Answer<void> {
  try {
    for (const mutation of mutations) mutate(folder, mutation);
    return ok();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      keepError('io', 'change corpus', `cannot change the corpus: ${reason}`, { path: folder, cause }),
    );
  }
}

function mutate(folder: string, mutation: Mutation): void {
  const path = join(folder, mutation.path);
  switch (mutation.kind) {
    case 'grow':
      return writeContent(path, mutation.content, mutation.mtime, 'a');
    case 'truncate':
      truncateSync(path, mutation.size);
      return utimesSync(path, secondsOf(mutation.mtime), secondsOf(mutation.mtime));
    case 'rewrite': {
      const temporary = `${path}.compact.tmp.1`;
      writeContent(temporary, mutation.content, mutation.mtime, 'w');
      return renameSync(temporary, path);
    }
    case 'restamp':
      return utimesSync(path, secondsOf(mutation.mtime), secondsOf(mutation.mtime));
    case 'delete':
      return rmSync(path);
    case 'recreate':
      rmSync(path, { force: true });
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return writeContent(path, mutation.content, mutation.mtime, 'w');
    case 'move': {
      const to = join(folder, mutation.to);
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      return renameSync(path, to);
    }
  }
}
