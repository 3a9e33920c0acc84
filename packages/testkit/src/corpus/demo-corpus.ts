import type { CorpusPlan } from './corpus-plan.js';
import { generateCorpus } from './generate-corpus.js';

/**
 * A small corpus that is nice to look at: three projects, two dozen files, less than 2 MB.
 *
 * @param baseTime when its newest file was written, in milliseconds since 1970
 */
export function demoCorpus(baseTime: number): CorpusPlan {
  const projects = ['/home/anna/code/web-shop', '/home/anna/code/invoice-export', '/home/anna/code/handbook'];
  return generateCorpus({ seed: 3, projects, files: 26, bytes: 1_500_000, baseTime });
}
