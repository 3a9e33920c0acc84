import type { Choice, LimitOptions } from '@sessionkeep/runner';
import type { Args } from './args.js';

/** What a command line means of a configuration, and puts in its place. */
export function choiceOf({ values }: Args): Choice {
  return {
    config: values.get('config'),
    source: values.get('source'),
    repo: values.get('repo'),
    from: values.get('from'),
    to: values.get('to'),
    fromArchive: values.get('from-archive'),
    passwordFile: values.get('password-file'),
  };
}

/** How much of everything it may use. */
export function limitsOf({ values }: Args): LimitOptions {
  return { lanes: values.get('lanes'), bwlimit: values.get('bwlimit') };
}
