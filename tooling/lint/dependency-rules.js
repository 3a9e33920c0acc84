/**
 * What each package may import, beside itself. This table is the design's dependency rules; the ESLint
 * configuration and its test are made from it. A package without a row fails that test.
 *
 * `allow` holds package names (a name covers its entries, `@sessionkeep/core` also `@sessionkeep/core/config`)
 * and `node:*` for everything Node brings. `pure` also forbids the clock and randomness. `sources` says
 * where the sources lie, when that is not `src`; `tests` what its tests may import beside what all tests may.
 *
 * @typedef {{ folder: string, allow: readonly string[], pure?: boolean, sources?: string, tests?: readonly string[] }} DependencyRule
 */

const core = '@sessionkeep/core';
const transfer = '@sessionkeep/transfer';
const testkit = '@sessionkeep/testkit';
const transports = [
  '@sessionkeep/transport-local',
  '@sessionkeep/transport-smb',
  '@sessionkeep/transport-kubernetes',
];
const results = 'neverthrow';
const node = 'node:*';

/** @type {readonly DependencyRule[]} */
export const dependencyRules = [
  { folder: 'packages/core', allow: [results, 'zod'], pure: true },
  // What it writes is read by the tools of each format.
  {
    folder: 'packages/schedule',
    allow: [core, results],
    pure: true,
    tests: ['kubernetes-models', 'typescript', 'yaml'],
  },
  { folder: 'packages/transfer', allow: [core, results, node] },
  { folder: 'packages/transport-local', allow: [core, results, node] },
  // What a run makes of a connection that is lost shows only with the real engine on the real share.
  {
    folder: 'packages/transport-smb',
    allow: [core, '@sessionkeep/smb2', results, node],
    tests: [transfer],
  },
  // `ws` is what the client is built on, and hides.
  {
    folder: 'packages/transport-kubernetes',
    allow: [core, '@kubernetes/client-node', 'ws', results, node],
    tests: [transfer],
  },
  { folder: 'packages/smb2', allow: [results, node] },
  { folder: 'packages/testkit', allow: [core, transfer, results, 'vitest', 'ws', node] },
  {
    folder: 'packages/runner',
    allow: [core, transfer, '@sessionkeep/schedule', ...transports, results, 'yaml', node],
  },
  {
    folder: 'apps/cli',
    allow: [
      core,
      transfer,
      '@sessionkeep/runner',
      '@sessionkeep/schedule',
      ...transports,
      results,
      '@clack/prompts',
      'yaml',
      'zod',
      node,
    ],
  },
  {
    folder: 'apps/cronjob',
    allow: [core, transfer, '@sessionkeep/runner', '@sessionkeep/schedule', ...transports, results, node],
    tests: ['yaml'],
  },
  {
    folder: 'benchmarks',
    allow: [core, transfer, '@sessionkeep/smb2', ...transports, testkit, results, node],
  },
  {
    folder: 'examples',
    sources: '*.ts',
    allow: [core, transfer, '@sessionkeep/runner', ...transports, results, node],
  },
];

/** What test files may import beside what their package may. */
export const allowedInTests = [testkit, 'vitest', 'fast-check', results, node];
