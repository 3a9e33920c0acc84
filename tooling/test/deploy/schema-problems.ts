import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './build.js';

/** Whose types and schemas know an object: of Kubernetes itself, or of Flux. */
function moduleOf({ apiVersion }: Manifest): string {
  return apiVersion.includes('fluxcd.io')
    ? `@kubernetes-models/flux-cd/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;
}

/** What the schema of a current API has against objects: values that are wrong, and fields that there are not. */
export async function schemaProblems(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const wrong = await Promise.all(manifests.map(wrongValues));
  return [...wrong.flat(), ...unknownFields(manifests)];
}

/** A kind of object that can be held against its schema. */
type Model = new (manifest: Manifest) => { validate(): void };

async function wrongValues(manifest: Manifest): Promise<readonly string[]> {
  const models = (await import(moduleOf(manifest))) as Readonly<Record<string, Model | undefined>>;
  const Kind = models[manifest.kind];
  if (Kind === undefined) return [`${manifest.apiVersion} has no ${manifest.kind}`];
  try {
    new Kind(manifest).validate();
    return [];
  } catch (cause) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${String(cause)}`];
  }
}

/** What TypeScript has against them, each written down as what it is: the schemas let fields pass that they do not know. */
function unknownFields(manifests: readonly Manifest[]): readonly string[] {
  const name = join(import.meta.dirname, 'manifests.generated.ts');
  const text = manifests.map(
    (manifest, at) =>
      `import type { I${manifest.kind} as T${at} } from '${moduleOf(manifest)}';\nexport const o${at}: T${at} = ${JSON.stringify(manifest)};\n`,
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version) =>
    file === name ? ts.createSourceFile(file, text.join(''), version) : getSourceFile(file, version);
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(name))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
