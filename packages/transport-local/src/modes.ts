/** The mode of every folder made here, whatever the umask. */
export const FOLDER_MODE = 0o700;
/** The mode of every file made here, whatever the umask. */
export const FILE_MODE = 0o600;
