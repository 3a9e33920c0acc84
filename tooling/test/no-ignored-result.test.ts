import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === 'sessionkeep/no-ignored-result' });

const prelude = `
import type { Result } from 'neverthrow';
import { ok, okAsync } from 'neverthrow';
declare function sync(): Result<number, string>;
declare function promised(): Promise<Result<number, string>>;
declare const list: Result<number, string>[];
`;

/** Lints `statement` in the place of a file that exists: only those have types. */
async function countIgnored(statement: string): Promise<number> {
  const code = `${prelude}export async function f() {\n${statement}\n}\n`;
  const [result] = await eslint.lintText(code, { filePath: 'packages/core/src/index.ts' });
  expect(result?.messages.filter((message) => message.fatal)).toEqual([]);
  return result?.messages.length ?? 0;
}

it.each([
  'sync();',
  'void sync();',
  'ok(1);',
  'okAsync(1);',
  'await okAsync(1);',
  'void okAsync(1);',
  'await promised();',
  'void promised();',
  'sync().map((n) => n + 1);',
  'list.length > 0 && sync();',
])('reports %s', async (statement) => {
  expect(await countIgnored(statement)).toBe(1);
});

it.each([
  'return sync();',
  'return promised();',
  'sync().match(() => undefined, () => undefined);',
  'const kept = await promised(); return kept.isOk();',
  'list.push(sync());',
  'sync().unwrapOr(0);',
])('accepts %s', async (statement) => {
  expect(await countIgnored(statement)).toBe(0);
});
