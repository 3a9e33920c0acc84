import { dirname, relative, resolve } from 'node:path';

/**
 * Reports an import that the package's row in dependency-rules.js does not allow, and a relative import
 * that leaves the package's folder. Sees `import`, `export … from`, `import()` and `import('…')` types.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const allowedImports = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          folder: { type: 'string' },
          allow: { type: 'array', items: { type: 'string' } },
        },
        required: ['folder', 'allow'],
        additionalProperties: false,
      },
    ],
    messages: {
      forbidden: "{{folder}} may not import '{{specifier}}' (see tooling/lint/dependency-rules.js).",
      outside: "'{{specifier}}' leaves {{folder}}: import the other package by its name.",
    },
  },
  create(context) {
    /** @type {{ folder: string, allow: string[] }} */
    const { folder, allow } = context.options[0];
    const root = resolve(context.cwd, folder);

    /** @param {any} source the import's specifier, a string literal but in `import(computed)` */
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const specifier = source.value;
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(dirname(context.filename), specifier));
        if (target.startsWith('..')) {
          context.report({ node: source, messageId: 'outside', data: { folder, specifier } });
        }
      } else if (!allow.includes(packageOf(specifier))) {
        context.report({ node: source, messageId: 'forbidden', data: { folder, specifier } });
      }
    };

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      /** @param {any} node */
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};

/** @param {string} specifier */
function packageOf(specifier) {
  if (specifier.startsWith('node:')) return 'node:*';
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
