import { extraOfRepo } from '../repo/extras.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';

/** A name that somebody gave, and where. */
export interface NamedKey {
  readonly name: string;
  readonly path: KeyPath;
}

/** Names that differ only in case or Unicode form are one: many disks cannot hold both. */
export function nameClashes(names: readonly NamedKey[]): ConfigIssue[] {
  const seen = new Map<string, string>();
  return names.flatMap(({ name, path }): ConfigIssue[] => {
    const key = name.normalize('NFC').toLowerCase();
    if (key === 'all')
      return [{ path, message: '"all" means every one, and can be no name', hint: 'choose another name' }];
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    return other === undefined
      ? []
      : [
          {
            path,
            message: `the name "${name}" is taken already, by "${other}"`,
            hint: 'choose another name',
          },
        ];
  });
}

/** Names that extras are kept under, whether or not they are today. */
export function reservedNames(names: readonly NamedKey[]): ConfigIssue[] {
  return names.flatMap(({ name, path }): ConfigIssue[] => {
    const extra = extraOfRepo(name);
    if (extra === null) return [];
    const hint = `choose another name; to keep ${extra.file ?? `${extra.name}/`}, write extras: [${extra.name}]`;
    return [{ path, message: `the name "${name}" is the extra's`, hint }];
  });
}
