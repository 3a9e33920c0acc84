import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';

const RATE = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)(?:\/s)?$/i;
const POWERS = ['k', 'm', 'g', 't'];

/**
 * Reads a rate as people write it, in bytes a second: `8M`, `500k`, `1.5MiB/s`, `800B`. k, M, G and T are thousands, as
 * all sizes that are shown; Ki, Mi, Gi and Ti are 1024s. A number alone is refused: to some programs it is bytes, to others
 * kilobytes.
 */
export function parseRate(text: string): Result<number, KeepError> {
  const [whole, number, letter, binary] = RATE.exec(text.trim()) ?? [];
  if (whole === undefined) return err(noRate(text, 'is no rate'));
  const power = letter === undefined ? 0 : POWERS.indexOf(letter.toLowerCase()) + 1;
  const rate = Number(number) * (binary === 'i' || binary === 'I' ? 1024 : 1000) ** power;
  return rate >= 1 ? ok(rate) : err(noRate(text, 'lets nothing by'));
}

function noRate(text: string, what: string): KeepError {
  return keepError('usage', 'parse rate', `"${printable(text)}" ${what}`, {
    hint: 'write bytes a second with their unit: 500k, 8M, 1.5MiB; or leave it out',
  });
}
