// The reference part of docs/configuration.md, made from the configuration's JSON Schema.
import { format, resolveConfig } from 'prettier';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * The parts of a JSON Schema that the configuration's has.
 *
 * @typedef {{
 *   type?: string, const?: string, enum?: string[], description?: string, required?: string[],
 *   properties?: Record<string, Schema>, additionalProperties?: Schema | false, items?: Schema,
 *   anyOf?: Schema[], oneOf?: Schema[]
 * }} Schema
 */

const BEGIN = '<!-- begin: made from the schema -->';
const END = '<!-- end: made from the schema -->';

export const page = join(root, 'docs/configuration.md');

/**
 * The page with its reference made anew; what is written by hand stays.
 *
 * @param {string} text
 * @param {Schema} schema
 */
export async function renewReference(text, schema) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/configuration.md has no ${BEGIN} … ${END}`);
  // What the types of sources and targets have in common is said once.
  const sections = [...new Set(sectionsOf('At the top', [], schema))].join('\n\n');
  const renewed = `${text.slice(0, begin)}${BEGIN}\n\n${sections}\n\n${text.slice(end)}`;
  return format(renewed, { ...(await resolveConfig(page)), filepath: page });
}

/**
 * A section for an object, then those of the objects in it.
 *
 * @param {string} title
 * @param {readonly string[]} path
 * @param {Schema} schema
 * @returns {string[]}
 */
function sectionsOf(title, path, schema) {
  const properties = Object.entries(schema.properties ?? {});
  const rows = properties.map(([key, value]) => {
    const needed = schema.required?.includes(key) === true ? ' (needed)' : '';
    return `| \`${key}\`${needed} | ${cell(kindOf(value))} | ${cell(value.description ?? '')} |`;
  });
  const table = ['| key | takes | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  const inner = properties.flatMap(([key, value]) => below([...path, key], value));
  return [`### ${title}\n\n${table}`, ...inner];
}

/**
 * The objects that a key may hold: those of a group of names, of either kind.
 *
 * @param {readonly string[]} path
 * @param {Schema} schema
 * @returns {string[]}
 */
function below(path, schema) {
  const kinds = schema.oneOf ?? schema.anyOf;
  if (schema.properties === undefined && kinds !== undefined)
    return kinds.flatMap((kind) => below(path, kind));
  if (schema.additionalProperties) return below([...path, 'NAME'], schema.additionalProperties);
  if (schema.properties === undefined) return [];
  const type = schema.properties['type']?.const;
  return sectionsOf(
    `\`${path.join('.')}\`${type === undefined ? '' : ` of \`type: ${type}\``}`,
    path,
    schema,
  );
}

/**
 * What a value may be, in words.
 *
 * @param {Schema} schema
 * @returns {string}
 */
function kindOf(schema) {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.additionalProperties) return `names, each with ${kindOf(schema.additionalProperties)}`;
  if (schema.properties !== undefined) return 'the keys below';
  const kinds = schema.anyOf ?? schema.oneOf;
  if (kinds !== undefined) return [...new Set(kinds.map(kindOf))].join(', or ');
  if (schema.type === 'array') return `a list of ${schema.items?.enum ? kindOf(schema.items) : 'texts'}`;
  return (
    { string: 'a text', boolean: '`true` or `false`', integer: 'a number', number: 'a number' }[
      schema.type ?? ''
    ] ?? ''
  );
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
