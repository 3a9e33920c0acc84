// Lets a plain Node run the sources: `./x.js` in an import is the file `./x.ts`.
import { registerHooks } from 'node:module';

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
