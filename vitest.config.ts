import { defineConfig } from 'vitest/config';

// Packages are tested from their sources: no build is needed before `vitest run`.
const conditions = ['@sessionkeep/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      '{packages,apps}/*/{src,test}/**/*.test.ts',
      'benchmarks/src/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'tooling/**/*.test.ts',
    ],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
