/** How long Claude Code keeps its sessions: what its settings say. */
export interface Retention {
  /** Files that were last changed longer ago are deleted when it starts. */
  readonly days: number;
  /**
   * `default`: nothing is set. `set`: that is. `zero`: earlier versions then delete all sessions and write none, later ones take it for
   * a mistake. `unclear`: what is set cannot be understood, and `days` is the default.
   */
  readonly from: 'default' | 'set' | 'zero' | 'unclear';
}

const DEFAULT_DAYS = 30;

/** What holds where no settings are found. */
export const DEFAULT_RETENTION: Retention = { days: DEFAULT_DAYS, from: 'default' };

/** The same where there are settings that nobody can read. */
export const UNCLEAR_RETENTION: Retention = { days: DEFAULT_DAYS, from: 'unclear' };

/** Reads `cleanupPeriodDays` in the text of a `settings.json`, which may be anything. */
export function parseRetention(text: string): Retention {
  const settings = parsed(text);
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return UNCLEAR_RETENTION;
  if (!Object.hasOwn(settings, 'cleanupPeriodDays')) return DEFAULT_RETENTION;
  const { cleanupPeriodDays: days } = settings as { readonly cleanupPeriodDays: unknown };
  if (typeof days !== 'number' || !Number.isFinite(days) || days < 0) return UNCLEAR_RETENTION;
  return { days, from: days === 0 ? 'zero' : 'set' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
