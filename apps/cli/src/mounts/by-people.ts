/** Where people mount disks and shares by hand or by a click; a system's own are elsewhere. */
const BY_PEOPLE = /^\/(?:mnt|media|run\/media|Volumes)(?:\/|$)/;

/** True for an absolute path where something is usually mounted. */
export function isMountedByPeople(path: string): boolean {
  return BY_PEOPLE.test(path);
}
