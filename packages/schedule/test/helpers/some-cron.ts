import fc from 'fast-check';
import { CRON_FIELDS, type Cron } from '../../src/cron/cron.js';
import { parseCron } from '../../src/cron/parse-cron.js';
import { cronText } from '../../src/cron/cron-text.js';

const [minutes, hours, monthDays, months, weekDays] = CRON_FIELDS.map(({ least, most }) =>
  fc.oneof(
    fc.constant(null),
    // Evenly spaced ones and runs are written shorter than others.
    fc
      .tuple(
        fc.integer({ min: least, max: most }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 12 }),
      )
      .map(([from, step, count]) =>
        some(
          least,
          most,
          (value) => value >= from && (value - from) % step === 0 && value < from + step * count,
        ),
      ),
    fc
      .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 6 })
      .map((chosen) => some(least, most, (value) => chosen.includes(value))),
  ),
) as [Field, Field, Field, Field, Field];

type Field = fc.Arbitrary<readonly number[] | null>;

/** Any cron expression that there is, as `parseCron` would give it. */
export const someCron: fc.Arbitrary<Cron> = fc
  .record({ minutes, hours, monthDays, months, weekDays })
  .filter((cron) => parseCron(cronText(cron)).isOk());

/** All of them are null. */
function some(least: number, most: number, isChosen: (value: number) => boolean): readonly number[] | null {
  const all = Array.from({ length: most - least + 1 }, (_, at) => least + at);
  const chosen = all.filter(isChosen);
  return chosen.length === all.length ? null : chosen;
}
