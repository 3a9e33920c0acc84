import { keepError, printable, type Answer } from '@sessionkeep/core';
import type { Shard } from '@sessionkeep/runner';
import { err, ok } from 'neverthrow';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { RunFacts } from '../run-facts.js';
import { withLabel, type Metric } from './metric.js';
import { LAST_SUCCESS, lastSuccess, metricsOf } from './metrics-of.js';
import { prometheusText } from './prometheus-text.js';

/** Everybody may read it: node-exporter is another user. */
const MODE = 0o644;
/** The value that is kept is the first of the file. */
const FORMER_BYTES = 4096;

/**
 * Writes the metrics of a run for node-exporter's textfile collector, which reads files whose names end in `.prom`: whole,
 * under another name first. When the last success was stays as it is in the file that is replaced, where this run was
 * none. Whatever else is there is replaced, a link too; the folder must be there.
 *
 * Each shard has a file of its own, `sessionkeep.shard-2.prom` for `sessionkeep.prom`, and `shard="2"` in every sample.
 *
 * @returns the path of the file
 */
export async function writeMetricsFile(file: string, facts: RunFacts): Answer<string> {
  const path = shardFile(file, facts.shard);
  // Its end is not `.prom`: the collector is not to read it.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const metrics = await withFormerSuccess(metricsOf(facts), path);
    const { shard } = facts;
    const text = prometheusText(
      shard === null ? metrics : withLabel(metrics, 'shard', shard.index.toString()),
    );
    const handle = await open(temporary, 'wx', MODE);
    try {
      // Whatever the umask took away.
      await handle.chmod(MODE);
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    return ok(path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    const text = `writing the metrics to ${printable(path)} failed: ${code}`;
    return err(
      keepError('io', 'write metrics', text, { path, hint: HINTS[code] ?? 'look at the folder', cause }),
    );
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'make the folder, or mount it',
  EACCES: 'let this user write in the folder',
  EROFS: 'mount a folder that can be written in',
  EISDIR: 'name a file, not a folder',
  ENOSPC: 'make room on its disk',
};

function shardFile(file: string, shard: Shard | null): string {
  if (shard === null) return file;
  const end = extname(file);
  return `${file.slice(0, file.length - end.length)}.shard-${shard.index}${end}`;
}

async function withFormerSuccess(metrics: readonly Metric[], path: string): Promise<readonly Metric[]> {
  if (metrics.some(({ name }) => name === LAST_SUCCESS)) return metrics;
  const value = await formerSuccess(path);
  return value === null ? metrics : [lastSuccess(value), ...metrics];
}

const FORMER = new RegExp(`^${LAST_SUCCESS}(?:\\{shard="\\d+"\\})? (\\d{1,12}(?:\\.\\d+)?)$`, 'm');

/** What the file says that is there; null where there is none, or it is not ours. */
async function formerSuccess(path: string): Promise<number | null> {
  try {
    // A pipe would make a reader wait for a writer.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return null;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FORMER_BYTES));
      const [, found] = FORMER.exec(buffer.toString('utf8', 0, bytesRead)) ?? [];
      return found === undefined ? null : Number(found);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
