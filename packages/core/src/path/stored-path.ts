import type { NameRules } from '../port/traits.js';
import type { RelativePath } from './relative-path.js';

/** Where Samba, Linux and Windows' own services put characters that no name may hold: U+F000 and the character's code. */
const PRIVATE_RANGE = 0xf000;

/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;

/**
 * The path under which a target keeps a file: the path itself, or where {@link NameRules.maps} says so a spelling that it can
 * hold. Every name is composed (NFC); what is forbidden, control characters, a dot or space at a name's end, and the
 * first letter of a device's name move to the private range. Two paths may come to the same one, which the planner
 * refuses; which one a stored path was made from, the ledger says.
 *
 * @example
 * const rules = { ...POSIX_NAMES, forbidden: ':', maps: true };
 * parsePath('a:b/c.').map((path) => storedPath(path, rules)); // ok('a\uf03ab/c\uf02e')
 */
export function storedPath(path: RelativePath, rules: NameRules): RelativePath {
  if (!rules.maps) return path;
  return path
    .split('/')
    .map((name) => storedName(name, rules.forbidden))
    .join('/') as RelativePath;
}

function storedName(name: string, forbidden: string): string {
  let stored = '';
  const composed = name.normalize('NFC');
  const last = composed.length - 1;
  for (let at = 0; at <= last; at++) {
    const character = composed.charAt(at);
    const moves =
      character < ' ' ||
      forbidden.includes(character) ||
      (at === last && (character === '.' || character === ' ')) ||
      (at === 0 && DEVICE.test(composed));
    stored += moves ? String.fromCharCode(PRIVATE_RANGE + character.charCodeAt(0)) : character;
  }
  return stored;
}
