const DAY_MS = 86_400_000;

/**
 * The clock on the wall of a time zone. Its times are given as if it hung in UTC: milliseconds since 1970, by its own
 * date and hour.
 */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;

  /** @param zone an IANA name that the runtime knows; throws for another */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** What it shows at a moment, to the second. */
  wallOf(moment: number): number {
    const shown = new Map(this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
  }

  /** When it shows a time for the first time; null where it leaves it out. */
  momentOf(wall: number): number | null {
    // Before and after a change of the clock; zones are less than a day away from UTC, and change less often.
    const candidates = [wall - DAY_MS, wall + DAY_MS]
      .map((near) => wall - (this.wallOf(near) - near))
      .filter((moment) => this.wallOf(moment) === wall);
    return candidates.length === 0 ? null : Math.min(...candidates);
  }
}
