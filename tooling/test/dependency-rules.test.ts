import { existsSync, globSync } from 'node:fs';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { dependencyRules } from '../lint/dependency-rules.js';

// The files linted here need not exist, so the rules that need types are off.
const eslint = new ESLint({
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { rules: { 'sessionkeep/no-ignored-result': 'off', '@typescript-eslint/no-unused-vars': 'off' } },
  ],
});

async function complaints(filePath: string, code: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(code, { filePath });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId));
}

const candidates = [
  '@sessionkeep/core',
  '@sessionkeep/transfer',
  '@sessionkeep/transport-local',
  '@sessionkeep/testkit',
  '@sessionkeep/smb2',
  'sessionkeep',
  'node:fs',
  'neverthrow',
  'lodash',
];

const covers = (allow: readonly string[], specifier: string) =>
  allow.includes(specifier.startsWith('node:') ? 'node:*' : specifier);

describe.each(dependencyRules)('$folder', ({ folder, allow, pure, sources = 'src/**/*.ts' }) => {
  const file = `${folder}/${sources.replace('**/*', 'example').replace('*', 'example')}`;

  it.each(candidates.filter((c) => !covers(allow, c)))('may not import %s', async (specifier) => {
    expect(await complaints(file, `import '${specifier}';\n`)).toEqual(['sessionkeep/allowed-imports']);
  });

  it.each(candidates.filter((c) => covers(allow, c)))('may import %s', async (specifier) => {
    expect(await complaints(file, `import '${specifier}';\n`)).toEqual([]);
  });

  it(pure === true ? 'has no clock and no randomness' : 'may ask for the time', async () => {
    const found = await complaints(file, 'export const x = [Date.now(), new Date(), Math.random()];\n');
    expect(found).toEqual(pure === true ? Array(3).fill('no-restricted-syntax') : []);
  });
});

describe('every form of import is seen', () => {
  it.each([
    "import { a } from '@sessionkeep/transfer';\nconsole.log(a);\n",
    "import type { A } from '@sessionkeep/transfer';\nexport type B = A;\n",
    "export { a } from '@sessionkeep/transfer';\n",
    "export * from '@sessionkeep/transfer';\n",
    "export const a = () => import('@sessionkeep/transfer');\n",
    "export * from '../../transfer/src/index.js';\n",
    "export * from '@sessionkeep/transfer/deeper/down';\n",
  ])('%s', async (code) => {
    expect(await complaints('packages/core/src/example.ts', code)).toContain('sessionkeep/allowed-imports');
  });
});

describe('tests', () => {
  it('may import the testkit and vitest', async () => {
    const code = "import '@sessionkeep/testkit/contract';\nimport 'vitest';\nimport 'node:fs';\n";
    expect(await complaints('packages/core/src/example.test.ts', code)).toEqual([]);
  });

  it('may not import another transport', async () => {
    const code = "import '@sessionkeep/transport-smb';\n";
    const found = await complaints('packages/transport-local/src/example.test.ts', code);
    expect(found).toEqual(['sessionkeep/allowed-imports']);
  });
});

it('every package has a row', () => {
  const folders = ['packages/*', 'apps/*', 'benchmarks', 'examples']
    .flatMap((pattern) => globSync(pattern))
    .filter((folder) => existsSync(`${folder}/package.json`));
  expect(dependencyRules.map((rule) => rule.folder)).toEqual(expect.arrayContaining(folders));
});
