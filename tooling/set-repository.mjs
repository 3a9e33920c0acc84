// `node tooling/set-repository.mjs URL`: writes the repository that they are built from into the manifests of the published packages.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishablePackages, root } from './workspace.mjs';

/**
 * A manifest's text with its `repository` set; otherwise as it was.
 *
 * @param {string} manifest
 * @param {string} url of the repository, as a browser opens it
 * @param {string} directory where in it the package lies
 */
export function withRepository(manifest, url, directory) {
  const repository = { type: 'git', url: `git+${url.replace(/(?:\.git)?\/?$/, '')}.git`, directory };
  return `${JSON.stringify({ ...JSON.parse(manifest), repository }, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const [, , url = ''] = process.argv;
  if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(url)) {
    process.stderr.write('usage: node tooling/set-repository.mjs https://HOST/OWNER/NAME\n');
    process.exitCode = 2;
  } else {
    for (const { folder } of publishablePackages()) {
      const file = join(root, folder, 'package.json');
      writeFileSync(file, withRepository(readFileSync(file, 'utf8'), url, folder));
    }
  }
}
