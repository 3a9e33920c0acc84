// Type-checks the examples in doc comments and pages, as they stand there.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './workspace.mjs';

/**
 * One example. `where` is `file:line`, relative to the root; `module` is the package it is of, which its names are looked up in
 * first, or empty.
 *
 * @typedef {{ where: string, module: string, code: string }} Example
 */

/** Every `@example` in the sources of the packages. @returns {Example[]} */
export function docExamples() {
  const files = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  return files.sort().flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const module = `@sessionkeep/${file.split('/')[1] ?? ''}`;
    return examplesBelow(source).map((tag) => ({ ...located(file, source, tag), module }));
  });
}

/** Every `ts` block of these pages. @param {readonly string[]} pages @returns {Example[]} */
export function pageExamples(pages) {
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => ({
      where: `${page}:${text.slice(0, match.index).split('\n').length.toString()}`,
      module: '',
      code: match[1] ?? '',
    }));
  });
}

/** @param {ts.Node} node @returns {ts.JSDocTag[]} */
function examplesBelow(node) {
  /** @type {ts.JSDocTag[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ at) => {
    for (const doc of ts.getJSDocCommentsAndTags(at)) {
      if (!ts.isJSDoc(doc) || doc.parent !== at) continue;
      for (const tag of doc.tags ?? []) if (tag.tagName.text === 'example') found.push(tag);
    }
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
}

/**
 * @param {string} file
 * @param {ts.SourceFile} source
 * @param {ts.JSDocTag} tag
 */
function located(file, source, tag) {
  const { line } = source.getLineAndCharacterOfPosition(tag.pos);
  const code = ts.getTextOfJSDocComment(tag.comment) ?? '';
  return { where: `${file}:${(line + 1).toString()}`, code };
}

/** What examples may name without saying where it comes from: what a reader has at that point. */
const GIVEN = `
import type { Repo as R, Sha256 as S, Transport as T } from '@sessionkeep/core';
import type { SmbClient as C, SmbFile as F, SmbShare as H } from '@sessionkeep/smb2';
import type { Engine as E, Observer as O, Work as W } from '@sessionkeep/runner';
import type { Archive as A, Place as P } from '@sessionkeep/transfer';
declare global {
  const archive: A;
  const place: P;
  const source: T;
  const target: T;
  const transport: T;
  const sha256: S;
  const repo: R;
  const origin: string;
  const client: C;
  const share: H;
  const file: F;
  const engine: E;
  const observer: O;
  const work: W;
  const places: readonly P[];
}
`;

/** Where names are looked up, in this order, that an example does not import. */
const MODULES = [
  '@sessionkeep/core',
  '@sessionkeep/core/config',
  '@sessionkeep/schedule',
  '@sessionkeep/transfer',
  '@sessionkeep/runner',
  '@sessionkeep/runner/config',
  '@sessionkeep/runner/program',
  '@sessionkeep/transport-local',
  '@sessionkeep/transport-kubernetes',
  '@sessionkeep/transport-smb',
  '@sessionkeep/smb2',
  '@sessionkeep/testkit',
  '@sessionkeep/testkit/cluster',
  '@sessionkeep/testkit/contract',
  '@sessionkeep/testkit/corpus',
  '@sessionkeep/testkit/exec-server',
  '@sessionkeep/testkit/http-receiver',
  '@sessionkeep/testkit/image',
  '@sessionkeep/testkit/proxy',
  '@sessionkeep/testkit/samba',
  'vitest',
  'neverthrow',
];

/**
 * Type-checks examples, each as a module of its own, from the sources of the packages.
 *
 * @param {readonly Example[]} examples
 * @returns {Map<string, string>} by `where`: what is wrong
 */
export function checkExamples(examples) {
  const folder = join(root, 'examples');
  const exported = namesOf(folder);
  const given = join(folder, '__given.ts');
  const texts = new Map([[given, GIVEN]]);
  examples.forEach((example, at) => texts.set(fileOf(folder, at), moduleOf(example, exported)));
  const program = programOf(texts);
  const wrong = new Map();
  examples.forEach(({ where }, at) => {
    const file = program.getSourceFile(fileOf(folder, at));
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    if (problems.length > 0)
      wrong.set(
        where,
        problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'),
      );
  });
  return wrong;
}

/** @param {string} folder @param {number} at */
function fileOf(folder, at) {
  return join(folder, `__example-${at.toString()}.ts`);
}

/** The names that each module exports. @param {string} folder @returns {Map<string, Set<string>>} */
function namesOf(folder) {
  const file = join(folder, '__names.ts');
  const program = programOf(
    new Map([[file, MODULES.map((name, at) => `export * as m${at.toString()} from '${name}';`).join('\n')]]),
  );
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const names = new Map();
  source?.statements.filter(ts.isExportDeclaration).forEach(({ moduleSpecifier }) => {
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return;
    const module = checker.getSymbolAtLocation(moduleSpecifier);
    if (module === undefined) throw new Error(`${moduleSpecifier.text} is not there`);
    names.set(moduleSpecifier.text, new Set(checker.getExportsOfModule(module).map(({ name }) => name)));
  });
  return names;
}

/**
 * The example with the imports that it leaves out.
 *
 * @param {Example} example
 * @param {Map<string, Set<string>>} exported
 */
function moduleOf({ code, module }, exported) {
  const { used, declared } = identifiersOf(code);
  const first = [...exported.keys()].filter((name) => name.startsWith(module) && module !== '');
  const imports = [];
  for (const name of used) {
    if (declared.has(name)) continue;
    const from = [...first, ...exported.keys()].find((other) => exported.get(other)?.has(name));
    if (from !== undefined) imports.push(`import { ${name} } from '${from}';`);
  }
  return `${imports.join('\n')}\n${code}\nexport {};\n`;
}

/** The names in an example, and those of them that it declares itself. @param {string} code */
function identifiersOf(code) {
  /** @type {Set<string>} */
  const used = new Set();
  /** @type {Set<string>} */
  const declared = new Set();
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isName = 'name' in parent && parent.name === node;
      if (isName && (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)))
        declared.add(node.text);
      else if (
        isName &&
        (ts.isImportSpecifier(parent) || ts.isFunctionLike(parent) || ts.isParameter(parent))
      )
        declared.add(node.text);
      else used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true));
  return { used, declared };
}

/** @param {Map<string, string>} texts by file: files that are not on the disk */
function programOf(texts) {
  const options = optionsOf();
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, languageVersion, ...more) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, languageVersion, ...more)
      : ts.createSourceFile(file, text, languageVersion);
  };
  return ts.createProgram({ rootNames: [...texts.keys()], options, host });
}

function optionsOf() {
  const file = join(root, 'examples/tsconfig.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'examples'));
  // Packages that no example of ours needs are found all the same.
  const paths = Object.fromEntries(
    ['schedule', 'smb2', 'transport-smb', 'transport-kubernetes'].map((name) => [
      `@sessionkeep/${name}`,
      [join(root, 'packages', name, 'src/index.ts')],
    ]),
  );
  // Whoever reads an example may have laxer settings than we: it must do under either.
  return { ...options, paths, verbatimModuleSyntax: false, isolatedModules: false, noUnusedLocals: false };
}
