import type { core } from 'zod';
import { printable } from '../path/printable.js';
import { nearest } from '../text/nearest.js';
import type { ConfigIssue, KeyPath } from './config-issue.js';
import { KNOWN_KEYS } from './schema.js';

type ZodIssue = core.$ZodIssue;

/** Says in words what zod found; one issue a key. */
export function describeIssue(issue: ZodIssue, above: KeyPath = []): ConfigIssue[] {
  const path: KeyPath = [...above, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key));
    case 'invalid_key':
      return [{ path, message: `"${printable(String(path.at(-1)))}" is no name`, hint: nameHint(issue) }];
    case 'invalid_union':
      return describeUnion(issue, path);
    case 'invalid_type':
      return [typeMismatch(issue, path)];
    case 'invalid_value':
      return [
        { path, message: `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}` },
      ];
    case 'custom':
      return [{ path, message: issue.message, ...hintOf(issue) }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(path: KeyPath, key: string): ConfigIssue {
  // A key may be right elsewhere.
  const meant = nearest(
    key,
    KNOWN_KEYS.filter((known) => known !== key),
  );
  return { path, message: 'unknown key', hint: meant === null ? 'remove it' : `did you mean "${meant}"?` };
}

function hintOf({ params }: core.$ZodIssueCustom): Pick<ConfigIssue, 'hint'> {
  const hint: unknown = params?.['hint'];
  return typeof hint === 'string' ? { hint } : {};
}

function nameHint(issue: core.$ZodIssueInvalidKey): string {
  return issue.issues.map((inner) => inner.message).join('; ');
}

function typeMismatch(issue: core.$ZodIssueInvalidType, path: KeyPath): ConfigIssue {
  // The schema's own words come before zod's.
  if (!issue.message.startsWith('Invalid input')) return { path, message: issue.message };
  const wanted = WANTED[issue.expected] ?? issue.expected;
  if (issue.message.endsWith('received undefined'))
    return { path, message: `is missing`, hint: `give ${wanted}` };
  return { path, message: `must be ${wanted}` };
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of names',
};

/** The mistakes inside the one branch that was meant; what all branches want when none was. */
function describeUnion(issue: core.$ZodIssueInvalidUnion, path: KeyPath): ConfigIssue[] {
  if ('discriminator' in issue && issue.discriminator !== undefined) {
    const types = ('options' in issue ? (issue.options ?? []) : [])
      .map((type) => JSON.stringify(type))
      .join(' or ');
    return [{ path, message: 'names no type that there is', hint: `the type is ${types}` }];
  }
  const meant = issue.errors.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && WRONG_KIND.has(inner.code)),
  );
  const [only] = meant;
  if (only === undefined || meant.length > 1) return [{ path, message: issue.message }];
  return only.flatMap((inner) => describeIssue(inner, path));
}

/** What says that a branch was not meant at all. */
const WRONG_KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value']);
