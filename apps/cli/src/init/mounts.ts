/** A file system that is mounted where people keep things: a share, or a disk of its own. */
export interface Mount {
  readonly path: string;
  /** True for what lies on another machine. */
  readonly remote: boolean;
}

const REMOTE =
  /^(?:cifs|smb\w*|afpfs|nfs\d?|webdav|ceph|fuse\.(?:sshfs|rclone|davfs2?|s3fs|glusterfs|smbnetfs|curlftpfs))$/;

const LOCAL =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|apfs|hfs|exfat|vfat|msdos|ntfs3?|ufsd|fuseblk|udf|9p|virtiofs)$/;

/** Where people mount disks by hand or by a click; a system's own are elsewhere. */
const BY_PEOPLE = /^\/(?:mnt|media|run\/media|Volumes)(?:\/|$)/;

/**
 * The mounts in Linux's `/proc/self/mountinfo` that could hold an archive: writable shares anywhere, and writable disks where
 * people mount them.
 */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const [before = '', after = ''] = line.split(' - ', 2);
    const [, , , , path = '', options = ''] = before.split(' ');
    const [type = '', , ofAll = ''] = after.split(' ');
    const readOnly = [...options.split(','), ...ofAll.split(',')].includes('ro');
    return readOnly ? [] : asMount(unescapeOctal(path), type);
  });
}

/** The same from what `mount` prints on a Mac: `//anna@nas/secure on /Volumes/secure (smbfs, nodev, nosuid)`. */
export function parseMacMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [, path = '', about = ''] = /^.*? on (\/.*) \(([^()]*)\)$/.exec(line) ?? [];
    const [type = '', ...options] = about.split(', ');
    return options.includes('read-only') ? [] : asMount(path, type);
  });
}

function asMount(path: string, type: string): Mount[] {
  const remote = REMOTE.test(type);
  const wanted = path !== '/' && (remote || (LOCAL.test(type) && BY_PEOPLE.test(path)));
  return wanted ? [{ path, remote }] : [];
}

/** Spaces, tabs, newlines and backslashes are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}
