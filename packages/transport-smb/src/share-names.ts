/** What Windows forbids in names; Samba hides names that hold it from its clients. */
const RESERVED = '"*:<>?\\|';

const CONTROLS = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('');

/** Characters that no name on a share may hold, beyond NUL and slash. */
export const FORBIDDEN = RESERVED + CONTROLS;

/** Whether a name from a server can be asked for again: whatever else it is, servers take it for another name, or a pattern. */
export function canBeAsked(name: string): boolean {
  if (name.endsWith('.') || name.endsWith(' ')) return false;
  for (const character of name) if (FORBIDDEN.includes(character)) return false;
  return true;
}
