import { expect, test } from 'vitest';
import { parseRetention } from './retention.js';

test.each([
  ['{}', 30, 'default'],
  ['{"model":"opus"}', 30, 'default'],
  ['{"cleanupPeriodDays":365}', 365, 'set'],
  ['\uFEFF{"cleanupPeriodDays":7}', 7, 'set'],
  ['{"cleanupPeriodDays":0.5}', 0.5, 'set'],
  ['{"cleanupPeriodDays":0}', 0, 'zero'],
  ['{"cleanupPeriodDays":-1}', 30, 'unclear'],
  ['{"cleanupPeriodDays":"365"}', 30, 'unclear'],
  ['{"cleanupPeriodDays":null}', 30, 'unclear'],
  ['{"cleanupPeriodDays":1e999}', 30, 'unclear'],
  ['{"__proto__":{"cleanupPeriodDays":3}}', 30, 'default'],
  ['[365]', 30, 'unclear'],
  ['null', 30, 'unclear'],
  ['// days\n{}', 30, 'unclear'],
  ['', 30, 'unclear'],
])('%s', (text, days, from) => {
  expect(parseRetention(text)).toEqual({ days, from });
});
