import { expect, test } from 'vitest';
import { couldHoldArchive } from '../init/find-shares.js';
import { parseMacMounts, parseMountInfo, type Mount } from './parse-mounts.js';

/** Those of them that could hold an archive. */
const usable = (mounts: readonly Mount[]): object[] =>
  mounts.filter(couldHoldArchive).map(({ path, remote }) => ({ path, remote }));

test('Linux: shares anywhere and disks where people mount them, if they can be written to', () => {
  const text = `
22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid - proc proc rw
24 22 0:22 / /sys rw,nosuid - sysfs sysfs rw
30 22 259:1 / /boot/efi rw,relatime - vfat /dev/nvme0n1p1 rw,umask=0077
41 22 0:50 / /mnt/nas rw,relatime shared:9 - cifs //nas/secure rw,vers=3.1.1,username=anna
42 22 0:51 / /srv/team rw,relatime - nfs4 nas:/team rw,vers=4.2
43 22 0:52 / /home/anna/pi rw,nosuid,nodev shared:80 master:3 - fuse.sshfs pi:/ rw,user_id=1000
44 22 8:17 / /media/anna/My\\040Disk rw,nosuid - exfat /dev/sdb1 rw,uid=1000
45 22 8:33 / /run/media/anna/T\\134x rw - fuseblk /dev/sdc1 rw
46 22 8:49 / /mnt/old ro,relatime - ext4 /dev/sdd1 rw
47 22 0:60 / /mnt/frozen rw,relatime - nfs nas:/frozen ro,vers=3
48 22 0:61 / /mnt/ram rw - tmpfs tmpfs rw
49 22 0:62 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
50 22 0:63 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
51 22 8:65 / /data rw - xfs /dev/sde1 rw
52 22 8:66 / /mnt rw - btrfs /dev/sdf1 rw
`;
  expect(usable(parseMountInfo(text))).toEqual([
    { path: '/mnt/nas', remote: true },
    { path: '/srv/team', remote: true },
    { path: '/home/anna/pi', remote: true },
    { path: '/media/anna/My Disk', remote: false },
    { path: '/run/media/anna/T\\x', remote: false },
    { path: '/mnt', remote: false },
  ]);
});

test('a Mac: what lies in /Volumes, and shares', () => {
  const text = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s6 on /System/Volumes/VM (apfs, local, noexec, journaled, noatime, nobrowse)
//anna@nas._smb._tcp.local/secure on /Volumes/secure (smbfs, nodev, nosuid, mounted by anna)
//anna@nas/team%20files on /Volumes/team files (old) (smbfs, nodev, nosuid, mounted by anna)
/dev/disk5s1 on /Volumes/Stick (msdos, local, nodev, nosuid, noowners)
/dev/disk6s1 on /Volumes/Installer (hfs, local, nodev, nosuid, read-only, noowners, quarantine)
nas:/export on /Users/anna/export (nfs, nodev, nosuid, mounted by anna)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
`;
  expect(usable(parseMacMounts(text))).toEqual([
    { path: '/Volumes/secure', remote: true },
    { path: '/Volumes/team files (old)', remote: true },
    { path: '/Volumes/Stick', remote: false },
    { path: '/Users/anna/export', remote: true },
  ]);
});

test('what is no table of mounts has none', () => {
  for (const text of ['', '\n\n', 'x', '36 35 98:0', ' - ', 'a on b (c)']) {
    expect(parseMountInfo(text)).toEqual([]);
    expect(parseMacMounts(text)).toEqual([]);
  }
});

test('of what type a mount is, of what, and whether it can be written to', () => {
  expect(parseMountInfo('46 22 8:49 / /mnt/old ro,relatime - ext4 /dev/my\\040disk rw')).toEqual([
    { path: '/mnt/old', type: 'ext4', device: '/dev/my disk', remote: false, readOnly: true },
  ]);
  const mac = '//anna@nas/secure on /Volumes/secure (smbfs, nodev, nosuid, mounted by anna)';
  expect(parseMacMounts(mac)).toEqual([
    { path: '/Volumes/secure', type: 'smbfs', device: '//anna@nas/secure', remote: true, readOnly: false },
  ]);
});

test.each([
  ['//anna:s3cret@nas/secure', '//anna@nas/secure'],
  ['//anna:s3@cr/et@nas/secure', '//anna@nas/secure'],
  ['//:s3cret@nas/secure', '//@nas/secure'],
  ['https://anna:s3cret@nas/dav', 'https://anna@nas/dav'],
  ['//nas/secure', '//nas/secure'],
  ['nas:/export', 'nas:/export'],
  ['pi@host:/x', 'pi@host:/x'],
])('a password never shows: %s', (device, shown) => {
  expect(parseMacMounts(`${device} on /Volumes/x (smbfs, nodev)`)[0]?.device).toBe(shown);
  expect(parseMountInfo(`1 1 0:1 / /mnt/x rw - cifs ${device} rw`)[0]?.device).toBe(shown);
});
