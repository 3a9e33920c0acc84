import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.mjs';
import { publishablePackages, root } from './workspace.mjs';

/**
 * Packs every publishable package, as it is built, into `destination`.
 *
 * @param {string} destination an empty folder
 * @returns {Promise<{ name: string, folder: string, manifest: import('./workspace.mjs').Manifest, tarball: string }[]>}
 */
export async function packAll(destination) {
  const packed = [];
  for (const { folder, manifest } of publishablePackages()) {
    const into = join(destination, manifest.name.replace('/', '-'));
    const args = ['pack', '--pack-destination', into];
    const { ok, output } = await runQuietly('pnpm', args, { cwd: join(root, folder) });
    if (!ok) throw new Error(`pnpm pack failed in ${folder}:\n${output}`);
    const [file = ''] = readdirSync(into);
    packed.push({ name: manifest.name, folder, manifest, tarball: join(into, file) });
  }
  return packed;
}
