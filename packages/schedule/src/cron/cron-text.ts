import { CRON_FIELDS, type Cron } from './cron.js';
import { shortened } from './shortened.js';

/**
 * A cron expression that every cron takes for the same: five fields, numbers only, Sunday as 0.
 *
 * @example
 * parseCron('@weekly').map(cronText); // ok('0 0 * * 0')
 */
export function cronText(cron: Cron): string {
  const bothDays = cron.monthDays !== null && cron.weekDays !== null;
  return CRON_FIELDS.map(({ field, least, most }) => {
    const values = cron[field];
    if (values === null) return '*';
    // Beside the other kind of days, crons disagree on a step of `*`.
    const isDay = field === 'monthDays' || field === 'weekDays';
    return shortened(values, { least, most }, (run) => {
      if (run.step === 1) return `${run.from}-${run.to}`;
      return run.isWhole && !(isDay && bothDays) ? `*/${run.step}` : `${run.from}-${run.to}/${run.step}`;
    });
  }).join(' ');
}
