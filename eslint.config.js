import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { allowedImports } from './tooling/lint/allowed-imports.js';
import { allowedInTests, dependencyRules } from './tooling/lint/dependency-rules.js';
import { noIgnoredResult } from './tooling/lint/no-ignored-result.js';

const tests = ['**/*.test.ts', '**/test/**/*.ts'];

const impure = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'No clock here: take a time.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'No clock here: take a time.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'No randomness here.',
  },
];

/** @type {any} typescript-eslint's rules and ESLint's plugins are typed a little differently */
const sessionkeep = {
  rules: { 'allowed-imports': allowedImports, 'no-ignored-result': noIgnoredResult },
};

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/coverage/',
      'api-docs/',
      '**/.turbo/',
      'claude-sessions/',
      '.setup-cache/',
      'benchmarks/tmp/',
    ],
  },
  js.configs.recommended,
  { plugins: { sessionkeep } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/require-await': 'off',
      'sessionkeep/no-ignored-result': 'error',
    },
  },
  // tsc checks these files too, and knows which names exist.
  { files: ['**/*.js', '**/*.mjs'], rules: { 'no-undef': 'off' } },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  dependencyRules.flatMap(({ folder, allow, pure, sources = 'src/**/*.ts', tests: inTests = [] }) => [
    {
      files: [`${folder}/${sources}`],
      rules: {
        'sessionkeep/allowed-imports': ['error', { folder, allow }],
        ...(pure === true && { 'no-restricted-syntax': ['error', ...impure] }),
      },
    },
    {
      files: tests.map((pattern) => `${folder}/${pattern}`),
      rules: {
        'sessionkeep/allowed-imports': [
          'error',
          { folder, allow: [...allow, ...inTests, ...allowedInTests] },
        ],
        'no-restricted-syntax': 'off',
      },
    },
  ]),
);
