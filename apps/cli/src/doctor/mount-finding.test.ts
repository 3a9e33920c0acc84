import { describe, expect, test } from 'vitest';
import { parseMacMounts, parseMountInfo } from '../mounts/parse-mounts.js';
import { mountFinding, type MountedFolder } from './mount-finding.js';

const MAC = parseMacMounts(`/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//anna:s3cret@nas._smb._tcp.local/secure on /Volumes/secure (smbfs, nodev, nosuid, mounted by anna)
/dev/disk6s1 on /Volumes/Installer (hfs, local, nodev, nosuid, read-only, noowners, quarantine)
`);
const LINUX = parseMountInfo(`22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
41 22 0:50 / /mnt/nas rw - cifs //nas/secure rw
42 22 0:51 / /dev/shm rw - tmpfs tmpfs rw
43 22 0:52 / /mnt/old rw - ext4 /dev/sdb1 ro
`);
const folder = (path: string, more: Partial<MountedFolder> = {}): MountedFolder => ({
  path,
  mode: 'write',
  hasArchive: false,
  ...more,
});

describe('a Mac', () => {
  test('a share in /Volumes, never with its password', () => {
    const finding = mountFinding(folder('/Volumes/secure/claude-sessions'), MAC);
    expect(finding).toEqual({
      step: 'mount',
      outcome: 'fine',
      says: 'a share at /Volumes/secure, smbfs of //anna@nas._smb._tcp.local/secure',
      facts: {
        mount: '/Volumes/secure',
        type: 'smbfs',
        device: '//anna@nas._smb._tcp.local/secure',
      },
    });
  });

  test('the empty folder of a share that is not mounted', () => {
    const finding = mountFinding(folder('/Volumes/nas/claude-sessions'), MAC);
    expect([finding?.outcome, finding?.says]).toEqual([
      'failed',
      'nothing is mounted at /Volumes/nas/claude-sessions or above it: it is a plain folder on /, apfs of /dev/disk3s1s1',
    ]);
    expect(finding?.hint).toContain('mount the share');
  });

  test('read-only', () => {
    const finding = mountFinding(folder('/Volumes/Installer'), MAC);
    expect([finding?.outcome, finding?.says]).toEqual([
      'failed',
      expect.stringContaining('is mounted read-only'),
    ]);
    expect(mountFinding(folder('/Volumes/Installer', { mode: 'look' }), MAC)?.outcome).toBe('fine');
  });
});

describe('Linux', () => {
  test.each<[string, Partial<MountedFolder>, string, string]>([
    ['/mnt/nas/claude-sessions', {}, 'fine', 'a share at /mnt/nas, cifs of //nas/secure'],
    ['/home/anna/archive', {}, 'fine', 'at /, ext4 of /dev/nvme0n1p2'],
    ['/mnt/away/claude-sessions', {}, 'failed', 'nothing is mounted at'],
    ['/media/anna/stick', {}, 'failed', 'nothing is mounted at'],
    ['/mnt/own-disk', { hasArchive: true }, 'odd', 'nothing is mounted at'],
    ['/mnt/away/projects', { mode: 'look' }, 'odd', 'nothing is mounted at'],
    ['/mnt/old/archive', {}, 'failed', 'mounted read-only'],
    ['/dev/shm/archive', {}, 'odd', 'in memory'],
  ])('%s %j is %s', (path, more, outcome, says) => {
    const finding = mountFinding(folder(path, more), LINUX);
    expect([finding?.outcome, finding?.says]).toEqual([outcome, expect.stringContaining(says)]);
  });

  test('where mounts cannot be read nothing is said', () => {
    expect(mountFinding(folder('/mnt/nas'), [])).toBeNull();
  });
});
