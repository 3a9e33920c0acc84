import type { Result } from 'neverthrow';
import type { SmbError, SmbShare } from '@sessionkeep/smb2';

/** What the disks below Samba hold, in bytes; a server says only how many characters it takes. */
const USUAL = 255;

/** The longest name in bytes that the share holds for certain. */
export async function longestName(share: SmbShare): Promise<Result<number, SmbError>> {
  const volume = await share.volume();
  return volume.map(({ longestName: characters }) => (characters > 0 ? Math.min(characters, USUAL) : USUAL));
}
