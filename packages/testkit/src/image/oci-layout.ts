import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, ImageConfig, ImageFile, ImageLayer } from './image-options.js';
import { runProgram } from './run-program.js';

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly [Descriptor, ...Descriptor[]];
}

/** Reads the one image of an OCI image layout, whose first layer is its base's; null where there is no layout. */
export function readLayout(layout: string): Image | null {
  const index = join(layout, 'index.json');
  if (!existsSync(index)) return null;
  const { manifests } = readJson(index) as { manifests: readonly [Descriptor] };
  const { digest } = manifests[0];
  const manifest = readJson(blobPath(layout, digest)) as Manifest;
  const { config } = readJson(blobPath(layout, manifest.config.digest)) as { config: ImageConfig };
  const [base, ...added] = manifest.layers;
  const layer = (blob: Descriptor): ImageLayer => ({ path: blobPath(layout, blob.digest), bytes: blob.size });
  return { layout, digest, config, base: layer(base), added: added.map(layer) };
}

/** The files, folders and links of a layer. */
export async function listFiles(layer: ImageLayer): Promise<readonly ImageFile[]> {
  const text = await runProgram('tar', ['--numeric-owner', '-tvzf', layer.path]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode = '', owner = '', bytes = '', path = ''] =
        /^(\S+) +(\S+) +(\d+) \S+ \S+ (.*?)\/?(?: (?:->|link to) .*)?$/.exec(line) ?? [];
      if (path === '') throw new Error(`tar lists a line that is not read here: ${line}`);
      return { path, mode, owner, bytes: Number(bytes) };
    });
}

/** Where a layout has what is called `sha256:…`. */
function blobPath(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
