import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

const YAML = '../packages/runner/node_modules/yaml/browser/index.js';

/**
 * How a program is built: `src/main.ts` and all it needs in one folder, so that it has no dependencies where it is
 * installed.
 */
export function programBundle(): Options {
  return {
    entry: ['src/main.ts'],
    format: 'esm',
    clean: true,
    target: 'node22',
    // Everything is bundled, so that the installed program opens a handful of files; what is imported
    // dynamically stays in chunks of its own and is read only by the command that needs it.
    noExternal: [/.*/],
    splitting: true,
    esbuildOptions(options) {
      // From the sources, not from each package's one dist file: chunks are then cut by module.
      options.conditions = ['@sessionkeep/source', 'module'];
      // For Node, yaml offers only CommonJS: a bundle can neither shake it nor import its names dynamically.
      // Its modules for browsers are the same code.
      options.alias = { yaml: fileURLToPath(new URL(YAML, import.meta.url)) };
      options.minifyWhitespace = true;
      options.minifySyntax = true;
      options.legalComments = 'linked';
    },
    // Else it would resolve what the plug-in below is to see.
    removeNodeProtocol: false,
    esbuildPlugins: [
      {
        // What is written in CommonJS asks for Node's modules when it runs, which a module in a bundle cannot.
        name: 'built-in',
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
            kind === 'require-call' && isBuiltin(path) ? { path, namespace: 'built-in' } : undefined,
          );
          build.onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
            contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
          }));
        },
      },
    ],
    // Flags that hold memory down are read by Node only when it starts, so a shell starts it with them: to the shell the
    // line under `#!/bin/sh` is a command, to JavaScript a string and a comment.
    banner: {
      js: `':' //; exec node --max-semi-space-size=8 --heap-growing-percent=30 "$0" "$@"`,
    },
  };
}
