import { execFileSync } from 'node:child_process';
import { platform } from 'node:os';
import { need } from '../helpers/need.js';
import { findProgram } from '../samba/programs.js';

/** What was found out once: to ask starts programs. */
let known: readonly [string | null] | undefined;

/** Why no image can be built here; null when one can. */
export function noImageBuilder(): string | null {
  return (known ??= [whyNoImageBuilder()])[0];
}

/**
 * Ends a test where no image can be built: as skipped, with the reason. Under `CI=true` it fails instead, so that no run passes by
 * leaving tests out.
 */
export function needImageBuilder(context: { skip(note?: string): void }): void {
  need(context, noImageBuilder());
}

function whyNoImageBuilder(): string | null {
  if (platform() !== 'linux') return 'images are built on Linux';
  if (process.getuid?.() !== 0) return 'images are built as root';
  if (findProgram('buildah') === null) return 'buildah is not installed (Debian: apt-get install buildah)';
  if (findProgram('busybox') === null)
    return 'busybox is not installed (Debian: apt-get install busybox-static)';
  if (findProgram('apt-get') === null) return "an image's base is made from Debian's packages, by apt-get";
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'pipe', timeout: 20_000 });
    return null;
  } catch (cause) {
    return `nothing can be mounted: ${String(cause)}`;
  }
}
