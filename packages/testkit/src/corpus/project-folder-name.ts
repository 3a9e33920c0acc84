import { projectFolderName as wholeName } from '@sessionkeep/core';

const LONGEST = 200;

/** The folder under `projects/` that Claude Code makes for a working directory: long ones are cut and end in a hash. */
export function projectFolderName(cwd: string): string {
  const name = wholeName(cwd);
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST)}-${hashOf(cwd)}`;
}

/** Builds of Claude Code differ here, so any short hash will do. */
function hashOf(text: string): string {
  let hash = 5381;
  for (let index = 0; index < text.length; index++)
    hash = (Math.imul(hash, 33) + text.charCodeAt(index)) >>> 0;
  return hash.toString(36);
}
