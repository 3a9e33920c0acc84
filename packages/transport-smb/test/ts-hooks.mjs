// Lets a plain Node run the sources: `./x.js` in an import is the file `./x.ts`.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (cause) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw cause;
      return next(`${specifier.slice(0, -3)}.ts`, context);
    }
  },
});

// From 26 on Node takes away only types that leave nothing behind, and a constructor's `private` does.
if (!process.execArgv.includes('--experimental-transform-types')) {
  const { default: ts } = await import('typescript');
  const { ModuleKind, ScriptTarget } = ts;
  const compilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  };
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith('.ts')) return next(url, context);
      const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
        compilerOptions,
      });
      return { format: 'module', source: outputText, shortCircuit: true };
    },
  });
}
