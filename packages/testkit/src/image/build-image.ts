import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBase, makeBuildBase } from './bases.js';
import { hashContext } from './hash-context.js';
import { withLock } from './lock.js';
import type { Image, ImageOptions } from './image-options.js';
import { noImageBuilder } from './needs.js';
import { readLayout } from './oci-layout.js';
import { runProgram } from './run-program.js';

/**
 * Builds a Dockerfile's image, by buildah and without a registry of images: `BASE` has Debian's libraries and the Node of this process,
 * and no shell; `BUILD` has npm and BusyBox beside them. The secret `npmrc` says which registry npm uses here. What was built from the
 * same sources is taken from the cache; who asks while another process builds waits for it. Throws with the reason where it cannot be
 * done; see {@link noImageBuilder}.
 *
 * @example
 * const image = await buildImage({ dockerfile: 'Dockerfile', context: '.', cache: 'node_modules/.cache/images' });
 * console.log(image.config.Entrypoint);
 */
export async function buildImage(options: ImageOptions): Promise<Image> {
  const obstacle = noImageBuilder();
  if (obstacle !== null) throw new Error(`no image can be built here: ${obstacle}`);
  const { cache } = options;
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, 'lock'), async () => {
    const layout = join(cache, hashContext(options));
    const before = readLayout(layout);
    if (before !== null) return before;
    await emptyCache(cache);
    await buildInto(layout, options);
    const image = readLayout(layout);
    if (image === null) throw new Error(`buildah has written no image to ${layout}`);
    return image;
  });
}

async function buildInto(layout: string, { dockerfile, context, args = {} }: ImageOptions): Promise<void> {
  const work = await mkdtemp(`${layout}.work-`);
  try {
    const [base, buildBase] = [join(work, 'base'), join(work, 'build-base')];
    await Promise.all([makeBase(base), makeBuildBase(buildBase)]);
    const npmrc = join(work, 'npmrc');
    await writeFile(npmrc, `registry=${await runProgram('npm', ['config', 'get', 'registry'])}`);
    await build(work, 'base', ['--file', join(base, 'Dockerfile'), join(base, 'root')]);
    await build(work, 'build-base', ['--file', join(buildBase, 'Dockerfile'), join(buildBase, 'root')]);
    // They are in the store now, once more.
    for (const folder of [base, buildBase]) await rm(folder, { recursive: true });
    const values = { ...args, BASE: 'localhost/base', BUILD: 'localhost/build-base' };
    const given = Object.entries(values).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
    const secret = ['--secret', `id=npmrc,src=${npmrc}`];
    await build(work, 'image', [...given, ...secret, '--file', dockerfile, context]);
    const finished = join(work, 'layout');
    await buildah(work, ['push', 'localhost/image', `oci:${finished}:image`]);
    await rename(finished, layout);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function build(work: string, name: string, args: readonly string[]): Promise<string> {
  // The same files make the same image at any time.
  const flags = ['--isolation', 'chroot', '--pull=never', '--format', 'oci', '--timestamp', '0'];
  return buildah(work, ['bud', ...flags, '--tag', `localhost/${name}`, ...args]);
}

function buildah(work: string, args: readonly string[]): Promise<string> {
  const store = ['--root', join(work, 'store'), '--runroot', join(work, 'run')];
  // What buildah mounts is gone with it, even where it is killed.
  return runProgram('unshare', ['--mount', 'buildah', ...store, ...args], {
    env: { ...process.env, TMPDIR: work },
  });
}

/** An image takes more room than it is worth once the sources are others; and a run that was killed leaves its work behind. */
async function emptyCache(cache: string): Promise<void> {
  for (const entry of await readdir(cache, { withFileTypes: true }))
    if (entry.isDirectory()) await rm(join(cache, entry.name), { recursive: true, force: true });
}
