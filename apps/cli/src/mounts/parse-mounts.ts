/** A file system and where it is mounted. */
export interface Mount {
  readonly path: string;
  /** Its type, as the system calls it: `ext4`, `cifs`, `smbfs`. */
  readonly type: string;
  /** What is mounted: a disk's device, or a share. Never with a password. */
  readonly device: string;
  /** True for what lies on another machine. */
  readonly remote: boolean;
  readonly readOnly: boolean;
}

const REMOTE =
  /^(?:cifs|smb\w*|afpfs|nfs\d?|webdav|ceph|fuse\.(?:sshfs|rclone|davfs2?|s3fs|glusterfs|smbnetfs|curlftpfs))$/;

/** All that is in Linux's `/proc/self/mountinfo`, in its order: of two at one path the later one is seen. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const [before = '', after = ''] = line.split(' - ', 2);
    const [, , , , path = '', options = ''] = before.split(' ');
    const [type = '', device = '', ofAll = ''] = after.split(' ');
    const readOnly = [...options.split(','), ...ofAll.split(',')].includes('ro');
    return mounted(unescapeOctal(path), type, unescapeOctal(device), readOnly);
  });
}

/** The same from what `mount` prints on a Mac: `//anna@nas/secure on /Volumes/secure (smbfs, nodev, nosuid)`. */
export function parseMacMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [, device = '', path = '', about = ''] = /^(.*?) on (\/.*) \(([^()]*)\)$/.exec(line) ?? [];
    const [type = '', ...options] = about.split(', ');
    return mounted(path, type, device, options.includes('read-only'));
  });
}

function mounted(path: string, type: string, device: string, readOnly: boolean): Mount[] {
  if (!path.startsWith('/') || type === '') return [];
  return [{ path, type, device: withoutPassword(device), remote: REMOTE.test(type), readOnly }];
}

/** `//anna:secret@nas/secure` is `//anna@nas/secure`. */
function withoutPassword(device: string): string {
  return device.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/[^/@:]*):.*@/i, '$1@');
}

/** Spaces, tabs, newlines and backslashes are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}
