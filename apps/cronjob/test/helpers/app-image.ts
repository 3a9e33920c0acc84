import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needCluster } from '@sessionkeep/testkit/cluster';
import { buildImage, loadImage, needImageBuilder, type Image } from '@sessionkeep/testkit/image';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** The app's version, which its image says. */
export const VERSION = readVersion();

/** How long the first who asks for the image may wait, in milliseconds. */
export const IMAGE_PATIENCE = 600_000;

let built: Promise<Image> | undefined;
let onCluster: Promise<string> | undefined;

/** Builds the app's image, once for one state of the sources. */
export function appImage(): Promise<Image> {
  return (built ??= buildImage({
    dockerfile: join(ROOT, 'apps/cronjob/Dockerfile'),
    context: ROOT,
    args: { VERSION },
    cache: join(ROOT, 'node_modules/.cache/images'),
  }));
}

/**
 * What pods call the app's image, with `imagePullPolicy: IfNotPresent`: `SESSIONKEEP_TEST_IMAGE_APP`, or one that is built here and
 * brought to the nodes. Ends the test where there is no cluster, or nothing to build with.
 */
export async function appImageOnCluster(context: { skip(note?: string): void }): Promise<string> {
  needCluster(context);
  const named = process.env['SESSIONKEEP_TEST_IMAGE_APP'] ?? '';
  if (named !== '') return named;
  needImageBuilder(context);
  return (onCluster ??= appImage().then((image) => loadImage(image, ['--version'])));
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'apps/cronjob/package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
