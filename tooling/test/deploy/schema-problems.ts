import * as flux from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './build.js';

/** Who knows the objects of a version: its module, and what that has. */
const versions: Readonly<Record<string, { readonly from: string; readonly models: object }>> = {
  v1: { from: 'kubernetes-models/v1', models: core },
  'batch/v1': { from: 'kubernetes-models/batch/v1', models: batch },
  'networking.k8s.io/v1': { from: 'kubernetes-models/networking.k8s.io/v1', models: networking },
  'rbac.authorization.k8s.io/v1': {
    from: 'kubernetes-models/rbac.authorization.k8s.io/v1',
    models: rbac,
  },
  'kustomize.toolkit.fluxcd.io/v1': {
    from: '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1',
    models: flux,
  },
};

/** What the schema of a current API has against objects: values that are wrong, and fields that there are not. */
export function schemaProblems(manifests: readonly Manifest[]): readonly string[] {
  return [...manifests.flatMap(wrongValues), ...unknownFields(manifests)];
}

/** A kind of object that can be held against its schema. */
type Model = new (manifest: Manifest) => { validate(): void };

function wrongValues(manifest: Manifest): readonly string[] {
  const models = versions[manifest.apiVersion]?.models as Readonly<Record<string, Model>> | undefined;
  const Kind = models?.[manifest.kind];
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
      `import type { I${manifest.kind} as T${at} } from '${versions[manifest.apiVersion]?.from ?? ''}';\nexport const o${at}: T${at} = ${JSON.stringify(manifest)};\n`,
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
