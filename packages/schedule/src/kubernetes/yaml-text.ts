/** What a manifest can hold, as far as it is used here. */
export type YamlValue =
  string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** A YAML document of plain data, by blocks. Every text reads back as that text, also by readers of YAML 1.1. */
export function yamlText(value: { readonly [key: string]: YamlValue }): string {
  return `${mapLines(value).join('\n')}\n`;
}

function mapLines(map: { readonly [key: string]: YamlValue }): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const inner = below(value);
    return inner === null
      ? [`${scalar(key)}: ${scalarOrEmpty(value)}`]
      : [`${scalar(key)}:`, ...inner.map(indented)];
  });
}

/** The lines of what is not written beside its key; null for what is. */
function below(value: YamlValue): string[] | null {
  if (typeof value !== 'object') return null;
  if (isList(value)) return value.length === 0 ? null : value.flatMap(itemLines);
  return Object.keys(value).length === 0 ? null : mapLines(value);
}

function itemLines(value: YamlValue): string[] {
  const [first, ...rest] = below(value) ?? [scalarOrEmpty(value)];
  return [`- ${first ?? ''}`, ...rest.map(indented)];
}

function indented(line: string): string {
  return `  ${line}`;
}

function scalarOrEmpty(value: YamlValue): string {
  if (typeof value === 'object') return isList(value) ? '[]' : '{}';
  return typeof value === 'string' ? scalar(value) : value.toString();
}

/** Words that readers take for something else; some see a number in an exponent alone. */
const NO_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf|e-?\d+)$/i;

function scalar(text: string): string {
  return /^[A-Za-z/][\w./-]*$/.test(text) && !NO_TEXT.test(text) ? text : JSON.stringify(text);
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
