import { expect, test } from 'vitest';
import { mountOf } from './mount-of.js';
import { parseMountInfo } from './parse-mounts.js';

const MOUNTS = parseMountInfo(`22 1 259:2 / / rw - ext4 /dev/root rw
42 22 0:50 / /mnt/nas rw - autofs systemd-1 rw
41 22 0:51 / /mnt/nas rw - cifs //nas/secure rw
43 22 0:52 / /mnt/nas/inner rw - xfs /dev/sdb1 rw
`);

test.each([
  ['/', '/dev/root'],
  ['/mnt', '/dev/root'],
  ['/mnt/nas', '//nas/secure'],
  ['/mnt/nas/claude-sessions', '//nas/secure'],
  ['/mnt/nas2/claude-sessions', '/dev/root'],
  ['/mnt/nas/inner/a', '/dev/sdb1'],
])('%s lies on %s', (path, device) => {
  expect(mountOf(path, MOUNTS)?.device).toBe(device);
});

test('where nothing is known nothing is said', () => {
  expect(mountOf('/mnt/nas', [])).toBeNull();
});
