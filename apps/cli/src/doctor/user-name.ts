import { userInfo } from 'node:os';

/** How messages call the owner of a file. */
export function userName(uid: number): string {
  if (uid === 0) return 'root';
  const { uid: own, username } = currentUser();
  return uid === own ? username : `user ${uid.toString()}`;
}

/** One that no list of users has is called by its number, as in a container. */
function currentUser(): { readonly uid: number; readonly username: string } {
  try {
    return userInfo();
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { uid, username: `user ${uid.toString()}` };
  }
}
