import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/config.ts', 'src/program.ts'],
  format: 'esm',
  dts: true,
  clean: true,
  target: 'node22',
});
