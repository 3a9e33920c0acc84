import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/cluster.ts',
    'src/contract.ts',
    'src/corpus.ts',
    'src/exec-server.ts',
    'src/http-receiver.ts',
    'src/image.ts',
    'src/proxy.ts',
    'src/samba.ts',
  ],
  format: 'esm',
  dts: true,
  clean: true,
  target: 'node22',
});
