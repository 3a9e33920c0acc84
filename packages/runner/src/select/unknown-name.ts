import { keepError, nearest, type KeepError } from '@sessionkeep/core';

/** Says that a name is not known, and which ones are. */
export function unknownName(what: 'source' | 'repo', name: string, known: readonly string[]): KeepError {
  const meant = nearest(name, known);
  const list =
    known.length > 0
      ? `there ${known.length > 1 ? 'are' : 'is'} ${[...new Set(known)].join(', ')}`
      : 'there are none';
  return keepError('usage', `select ${what}`, `there is no ${what} "${name}"`, {
    hint: meant === null ? list : `did you mean ${meant}? ${list}`,
  });
}
