import {
  keepError,
  parseSampleSize,
  parseSampleStart,
  SAMPLE_PARTS,
  type KeepError,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';

/** How much of the kept bytes a verification reads back. */
export type ReadBack =
  | { readonly read: 'nothing' | 'everything' }
  | {
      readonly read: 'sample';
      /** In parts of the whole. */
      readonly size: number;
      /** Where the user wants it to begin; null for behind the last one. */
      readonly from: number | null;
      /** Tells what this command line verifies from what another does, each with its own row of samples. */
      readonly selection: string;
    };

/** How much is read back, as options give it. */
export interface ReadBackOptions {
  readonly deep?: boolean;
  /** Percent: `5`, `2.5%`. */
  readonly sample?: string | undefined;
  /** Percent. */
  readonly sampleFrom?: string | undefined;
}

/**
 * What `--deep`, `--sample` and `--sample-from` ask for.
 *
 * @param option what messages call `--sample`
 */
export function readBackOf(
  { deep = false, sample, sampleFrom: start }: ReadBackOptions,
  { source = 'all', repo = 'all' }: Pick<Choice, 'source' | 'repo'>,
  option = '--sample',
): Result<ReadBack, KeepError> {
  if (sample === undefined) {
    if (start !== undefined)
      return err(usage('--sample-from says where a sample begins', 'add --sample PERCENT'));
    return ok({ read: deep ? 'everything' : 'nothing' });
  }
  if (deep) return err(usage('--deep reads everything, and --sample a part of it', 'give one of them'));
  const size = parseSampleSize(sample).mapErr(named(option));
  if (size.isErr()) return err(size.error);
  const from = start === undefined ? ok(null) : parseSampleStart(start).mapErr(named('--sample-from'));
  if (from.isErr()) return err(from.error);
  if (size.value === SAMPLE_PARTS) return ok({ read: 'everything' });
  const selection = JSON.stringify([source, repo]);
  return ok({ read: 'sample', size: size.value, from: from.value, selection });
}

function named(option: string): (error: KeepError) => KeepError {
  return (error) => ({ ...error, message: `${option}: ${error.message}` });
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'read arguments', message, { hint });
}
