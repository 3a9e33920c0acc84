import { openCluster, runPod } from '@sessionkeep/testkit/cluster';
import { listFiles, needImageBuilder, type ImageFile } from '@sessionkeep/testkit/image';
import { describe, expect, it } from 'vitest';
import { IMAGE_PATIENCE, VERSION, appImage, appImageOnCluster } from './helpers/app-image.js';

/** As the deployment has it, but for the user: that is the image's. */
const securityContext = {
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
const MEBIBYTE = 1024 * 1024;

async function addedFiles(): Promise<readonly ImageFile[]> {
  const { added } = await appImage();
  return (await Promise.all(added.map(listFiles))).flat();
}

describe('the image', { timeout: IMAGE_PATIENCE }, () => {
  it('runs the app as a user who is not root, with the flags that hold memory down', async (context) => {
    needImageBuilder(context);
    const { config } = await appImage();
    expect(config).toMatchObject({
      User: '1001:1001',
      WorkingDir: '/app',
      Entrypoint: ['node', '--max-semi-space-size=8', '--heap-growing-percent=30', '/app/main.js'],
    });
    expect(config.Cmd ?? []).toEqual([]);
    expect(config.Env).toContain('NODE_ENV=production');
  });

  it('says what it is', async (context) => {
    needImageBuilder(context);
    const { config } = await appImage();
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'sessionkeep-cronjob',
      'org.opencontainers.image.description': expect.stringMatching(/\w/) as string,
      'org.opencontainers.image.version': VERSION,
      'org.opencontainers.image.licenses': 'MIT',
    });
  });

  it('adds the bundle to its base and nothing else, which nobody but root may change', async (context) => {
    needImageBuilder(context);
    const files = await addedFiles();
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['app/main.js', 'app/LICENSE']));
    const expected = /^app(?:\/(?:LICENSE|[\w.-]+\.js|[\w.-]+\.js\.LEGAL\.txt))?$/;
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
    const loose = files.filter(
      ({ mode, owner }) => owner !== '0/0' || !/^[d-]r.-?x?r-[-x]r-[-x]$/.test(mode),
    );
    expect(loose).toEqual([]);
  });

  it('is small: less than 5 MiB on the disk, 1 MiB to pull', async (context) => {
    needImageBuilder(context);
    const { added } = await appImage();
    const onDisk = (await addedFiles()).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(onDisk).toBeLessThan(5 * MEBIBYTE);
    expect(added.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MEBIBYTE);
  });

  it('is tried on a base without a shell', async (context) => {
    needImageBuilder(context);
    const { base } = await appImage();
    const files = (await listFiles(base)).filter(({ mode }) => /^[-l].*x/.test(mode));
    const programs = files.filter(({ path }) => !/\/lib[^/]*\//.test(`/${path}`)).map(({ path }) => path);
    expect(programs.sort()).toEqual(['bin', 'lib', 'lib64', 'nodejs/bin/node', 'sbin']);
  });

  it('runs on a cluster as it is deployed: not as root, and nothing is written', async (context) => {
    const image = await appImageOnCluster(context);
    await using cluster = await openCluster();
    const version = await runPod(cluster, 'version', { image, args: ['--version'], securityContext });
    expect(version).toBe(`${VERSION}\n`);
    const script = `
      const attempt = (act) => { try { act(); return 'done'; } catch ({ code }) { return code; } };
      const written = attempt(() => fs.writeFileSync('/app/file', ''));
      console.log(JSON.stringify({ uid: process.getuid(), written, folder: process.cwd() }));`;
    const command = ['node', '--eval', script];
    const facts = await runPod(cluster, 'facts', { image, command, securityContext });
    expect(JSON.parse(facts)).toEqual({ uid: 1001, written: 'EROFS', folder: '/app' });
  });
});
