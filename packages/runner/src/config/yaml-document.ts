import type { KeyPath } from '@sessionkeep/core/config';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

/** What is wrong with the text, and where. */
interface YamlMistake {
  readonly line: number;
  readonly path: KeyPath;
  readonly message: string;
  readonly hint: string;
}

/** A YAML text that knows the lines of its keys. */
export interface YamlDocument {
  readonly mistakes: readonly YamlMistake[];
  /** The values; throws what the parser throws where an alias cannot be resolved. */
  value(): unknown;
  /** The line, from 1, of the key; of the nearest key above it where it is not there. */
  lineOf(path: KeyPath): number;
}

/** Reads YAML 1.2: mistakes are data, and no alias makes more of the text than it is. Never throws. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  // Keys that are there twice are looked for here, so that they are told with their path.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const line = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  // Only the first: what follows is mostly its echo.
  const broken = document.errors.slice(0, 1).map(({ code, message, pos }) => ({
    line: line(pos[0]),
    path: [],
    ...(code === 'MULTIPLE_DOCS'
      ? { message: 'has more than one document', hint: 'remove the line ---' }
      : { message: `is no valid YAML: ${message.split('\n')[0] ?? ''}`, hint: 'correct the line' }),
  }));
  return {
    mistakes: broken.length > 0 ? broken : wrongKeys(document, line),
    value: () => document.toJS({ maxAliasCount: 100 }) as unknown,
    lineOf: (path) => line(offsetOf(document, path)),
  };
}

function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    const child: unknown = isSeq(node)
      ? node.items[Number(key)]
      : isMap(node)
        ? node.items.find((pair) => keyOf(pair.key) === String(key))
        : undefined;
    if (child === undefined) break;
    offset = startOf(isPair(child) ? child.key : child) ?? offset;
    node = isPair(child) ? child.value : child;
  }
  return offset;
}

/** Keys that are lost when the document becomes a value: those that are there twice, and `__proto__`. */
function wrongKeys(document: Document, line: (offset: number) => number): YamlMistake[] {
  const found: YamlMistake[] = [];
  const walk = (node: unknown, path: KeyPath): void => {
    if (isSeq(node)) node.items.forEach((item, at) => walk(item, [...path, at]));
    if (!isMap(node)) return;
    const first = new Map<string, number>();
    for (const { key, value } of node.items) {
      const name = keyOf(key);
      const at = line(startOf(key) ?? 0);
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, at);
      if (name === '__proto__') {
        const hint = 'choose another name';
        found.push({ line: at, path: [...path, name], message: 'can be no name', hint });
      } else if (earlier !== undefined) {
        found.push({
          line: at,
          path: [...path, name],
          message: `is there twice; first on line ${earlier.toString()}`,
          hint: 'give each a name of its own',
        });
      }
      walk(value, [...path, name]);
    }
  };
  walk(document.contents, []);
  return found;
}

function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node as { range?: readonly number[] | null };
  return range?.[0];
}
