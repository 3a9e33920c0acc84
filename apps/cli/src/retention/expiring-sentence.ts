import { formatBytes, plural } from '@sessionkeep/runner/program';
import { SOON_DAYS, type ExpiringSource } from './expiring-sessions.js';

/**
 * `within 3 days Claude Code deletes 4 sessions (12 files, 3.1 MB) that are not kept; the oldest was last changed 29 d ago`.
 *
 * @param target which does not have them, where that is not plain
 */
export function expiringSentence(
  { retention, sessions, files, bytes, oldest }: ExpiringSource,
  target: string | null = null,
): string {
  const parts = sessions === files ? formatBytes(bytes) : `${plural(files, 'file')}, ${formatBytes(bytes)}`;
  const what =
    sessions === 0
      ? `${plural(files, 'file')} of sessions (${formatBytes(bytes)})`
      : `${plural(sessions, 'session')} (${parts})`;
  const when = retention.from === 'zero' ? 'at its next start' : `within ${SOON_DAYS.toString()} days`;
  const one = (sessions === 0 ? files : sessions) === 1;
  const lacking = target === null ? `${one ? 'is' : 'are'} not kept` : `${target} does not have`;
  return `${when} Claude Code deletes ${what} that ${lacking}; the oldest was last changed ${(oldest ?? 0).toString()} d ago`;
}

/** The same for programs. */
export function expiringFields({
  retention,
  sessions,
  files,
  bytes,
  oldest,
}: ExpiringSource): Readonly<Record<string, number | string | null>> {
  return {
    retentionDays: retention.days,
    retentionFrom: retention.from,
    withinDays: SOON_DAYS,
    sessions,
    files,
    bytes,
    oldestDays: oldest,
  };
}
