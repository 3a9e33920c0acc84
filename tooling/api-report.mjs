// What each package promises to whoever imports it, as text: its built declarations, less comments and private parts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { publishablePackages, root } from './workspace.mjs';

/**
 * One entry point that has types.
 *
 * @typedef {{ name: string, packageName: string, types: string, file: string }} ApiEntry `types` and `file` are absolute
 */

/** Every entry point of every published package that can be imported. @returns {ApiEntry[]} */
export function apiEntries() {
  return publishablePackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).flatMap(([entry, target]) => {
      const types = typesOf(target);
      if (types === null) return [];
      const name = manifest.name + entry.slice(1);
      const file = `${name.replace(/^@[^/]*\//, '').replaceAll('/', '-')}.api.md`;
      return [
        { name, packageName: manifest.name, types: join(root, folder, types), file: join(root, 'api', file) },
      ];
    }),
  );
}

/**
 * The report of each entry point, from what is built now. Throws when something is not built.
 *
 * @returns {Promise<Map<ApiEntry, string>>}
 */
export async function apiReports() {
  const entries = apiEntries();
  const missing = entries.find(({ types }) => !existsSync(types));
  if (missing !== undefined) throw new Error(`${missing.name} is not built: run \`npm run build\` first`);
  const program = ts.createProgram({
    rootNames: entries.map(({ types }) => types),
    options: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2024.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      skipLibCheck: true,
      noEmit: true,
    },
  });
  const config = await resolveConfig(join(root, 'api/x.md'));
  const reports = new Map();
  for (const entry of entries) {
    const text = `# ${entry.name}\n\nMade by \`npm run api\`. What is in here is public.\n\n\`\`\`ts\n${declarations(program, entry)}\`\`\`\n`;
    reports.set(entry, await format(text, { ...config, parser: 'markdown' }));
  }
  return reports;
}

/** @param {unknown} target one value of `exports` */
function typesOf(target) {
  const types = typeof target === 'object' && target !== null && 'types' in target ? target.types : null;
  return typeof types === 'string' ? types : null;
}

/**
 * @param {ts.Program} program
 * @param {ApiEntry} entry
 */
function declarations(program, { types, name }) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(types);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${name} exports nothing`);
  const symbols = checker.getExportsOfModule(module);
  return symbols
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((symbol) => describe(checker, symbol, types))
    .join('\n');
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol as it is exported
 * @param {string} types the file it is exported by
 */
function describe(checker, symbol, types) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const dist = types.slice(0, types.lastIndexOf('/'));
  const texts = (target.declarations ?? []).map((declaration) => {
    const file = declaration.getSourceFile().fileName;
    if (!file.startsWith(`${dist}/`)) return `export { ${symbol.name} } from '${ownerOf(file)}';\n`;
    return publicText(declaration);
  });
  const renamed = target.name === symbol.name ? '' : `// ${target.name} is exported as ${symbol.name}\n`;
  return renamed + [...new Set(texts)].join('');
}

/** The package that a file belongs to. @param {string} file */
function ownerOf(file) {
  const own = publishablePackages().find(({ folder }) => file.startsWith(`${join(root, folder)}/`));
  return (
    own?.manifest.name ??
    /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(file)?.[1] ??
    file
  );
}

const printer = ts.createPrinter({ removeComments: true });

/** @param {ts.Declaration} declaration */
function publicText(declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const { transformed } = ts.transform(node, [withoutPrivate]);
  const text = printer.printNode(
    ts.EmitHint.Unspecified,
    transformed[0] ?? node,
    declaration.getSourceFile(),
  );
  return `${text.replace(/^(?:export )?(?:declare )?/, 'export ')}\n`;
}

/** @type {ts.TransformerFactory<ts.Node>} */
const withoutPrivate = (context) => (node) =>
  ts.visitEachChild(node, (child) => (isPrivate(child) ? undefined : child), context);

/** @param {ts.Node} node */
function isPrivate(node) {
  if (!ts.isClassElement(node)) return false;
  return (
    (ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)) ||
    (node.name !== undefined && ts.isPrivateIdentifier(node.name))
  );
}
