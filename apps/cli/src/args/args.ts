import type { CommandName } from './command-table.js';
import type { OptionName } from './options.js';

/** A command line that was understood. */
export interface Args {
  readonly command: CommandName;
  readonly flags: ReadonlySet<OptionName>;
  readonly values: ReadonlyMap<OptionName, string>;
  readonly operands: readonly string[];
}

/** A command line of the command and these values, and nothing else. */
export function makeArgs(command: CommandName, values: Partial<Record<OptionName, string>> = {}): Args {
  const entries = Object.entries(values) as [OptionName, string][];
  return { command, flags: new Set(), values: new Map(entries), operands: [] };
}
