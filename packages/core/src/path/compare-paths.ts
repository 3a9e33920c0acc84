/** Orders strings by their UTF-8 bytes, as every manifest and ledger is ordered. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  const plain = a < b ? -1 : 1;
  const length = Math.min(a.length, b.length);
  // JavaScript compares UTF-16 units, which differs from UTF-8 only where a surrogate meets U+E000 to U+FFFF.
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    return left >= 0xd800 && right >= 0xd800 ? rank(left) - rank(right) : plain;
  }
  return plain;
}

/** Moves the surrogates, which stand for U+10000 and above, behind U+E000 to U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Sorts in place by `path`, by UTF-8 bytes. */
export function sortByPath<T extends { readonly path: string }>(items: T[]): T[] {
  return sortByPathOf(items, ({ path }) => path);
}

/** Sorts in place by UTF-8 bytes of a path. Names without surrogates, which is nearly all of them, sort natively. */
export function sortByPathOf<T>(items: T[], pathOf: (item: T) => string): T[] {
  if (items.some((item) => SURROGATE.test(pathOf(item))))
    return items.sort((a, b) => comparePaths(pathOf(a), pathOf(b)));
  return items.sort((one, other) => {
    const [a, b] = [pathOf(one), pathOf(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
}
