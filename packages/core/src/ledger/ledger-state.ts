import type { AsideLine, Binding, FileLine, HeaderLine, Line, LiveRecord, StateLine } from './line.js';

/** What a ledger's lines add up to, line by line. */
export class LedgerState {
  readonly records = new Map<string, LiveRecord>();
  header: HeaderLine | null = null;
  binding: Binding | null = null;
  /** `at` of the last line. */
  lastAt = '';

  /** Adds a line; says what is wrong when it contradicts the lines before, and then adds nothing. */
  apply(line: Line, extra?: Record<string, unknown>): string | null {
    if (line.at < this.lastAt) return 'its time is before the line before';
    const problem = this.applyKind(line, extra);
    if (problem === null) this.lastAt = line.at;
    return problem;
  }

  private applyKind(line: Line, extra?: Record<string, unknown>): string | null {
    switch (line.kind) {
      case 'header':
        this.header = line;
        this.binding = bindingFields(line);
        return null;
      case 'rebound':
        this.binding = bindingFields(line);
        return null;
      case 'state':
        this.records.set(line.path, recordOf(line, line.status, line.gone, line.aside, extra));
        return null;
      case 'aside':
        return this.applyAside(line, extra);
      default:
        return this.applyFile(line, extra);
    }
  }

  private applyAside(line: AsideLine, extra?: Record<string, unknown>): string | null {
    const before = this.records.get(line.path);
    if (before === undefined) return 'it puts aside a file that no line before speaks of';
    if (before.status === 'pruned') return 'it puts aside a file that was pruned';
    const aside = { size: line.size, sha256: line.sha256, lost: line.lost };
    this.records.set(line.path, { ...before, status: 'aside', aside, ...(extra && { extra }) });
    return null;
  }

  private applyFile(line: FileLine, extra?: Record<string, unknown>): string | null {
    const before = this.records.get(line.path);
    if (line.kind === 'kept' || line.kind === 'adopted') {
      if (before?.status === 'live') return 'it begins a generation while another is open';
      this.records.set(line.path, recordOf(line, 'live', before?.gone ?? false, undefined, extra));
      return null;
    }
    if (before === undefined) return 'it speaks of a file that no line before began';
    if (line.kind === 'gone' || line.kind === 'back') {
      this.records.set(line.path, { ...before, gone: line.kind === 'gone' });
      return null;
    }
    if (line.kind === 'pruned') {
      this.records.set(line.path, recordOf(line, 'pruned', before.gone, undefined, extra));
      return null;
    }
    if (before.status !== 'live') return 'it goes on with a generation that has ended';
    if (
      line.kind === 'grown'
        ? line.size <= before.size
        : line.sha256 !== before.sha256 || line.size !== before.size
    ) {
      return line.kind === 'grown' ? 'it grows to no more bytes' : 'it stamps bytes that were not kept';
    }
    this.records.set(line.path, recordOf(line, 'live', before.gone, undefined, extra));
    return null;
  }
}

function bindingFields({ origin, layout, projects }: Binding): Binding {
  return { origin, layout, projects };
}

function recordOf(
  line: FileLine | StateLine,
  status: LiveRecord['status'],
  gone: boolean,
  aside: LiveRecord['aside'],
  extra: Record<string, unknown> | undefined,
): LiveRecord {
  const { path, stored, size, sha256, mtime, targetMtime } = line;
  const record = { path, size, sha256, mtime, targetMtime, status, gone };
  // Nearly all have none of these, and each spread of nothing costs as much as the record.
  if (stored === undefined && aside === undefined && extra === undefined) return record;
  return {
    ...record,
    ...(stored !== undefined && { stored }),
    ...(aside && { aside }),
    ...(extra && { extra }),
  };
}
