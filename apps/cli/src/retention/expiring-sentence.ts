import { formatBytes, plural } from '../render/format.js';
import { SOON_DAYS, type ExpiringSource } from './expiring-sessions.js';

/** `within 3 days Claude Code deletes 4 sessions (12 files, 3.1 MB) that are not kept; the oldest was last changed 29 d ago`. */
export function expiringSentence({ retention, sessions, files, bytes, oldest }: ExpiringSource): string {
  const parts = sessions === files ? formatBytes(bytes) : `${plural(files, 'file')}, ${formatBytes(bytes)}`;
  const what =
    sessions === 0
      ? `${plural(files, 'file')} of sessions (${formatBytes(bytes)})`
      : `${plural(sessions, 'session')} (${parts})`;
  const when = retention.from === 'zero' ? 'at its next start' : `within ${SOON_DAYS.toString()} days`;
  const which = `${what} that ${files === 1 ? 'is' : 'are'} not kept`;
  return `${when} Claude Code deletes ${which}; the oldest was last changed ${(oldest ?? 0).toString()} d ago`;
}

/** The same for programs. */
export function expiringFields({
  retention,
  sessions,
  files,
  bytes,
  oldest,
}: ExpiringSource): Readonly<Record<string, unknown>> {
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
