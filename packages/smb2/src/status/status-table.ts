import type { SmbErrorKind } from '../error/smb-error.js';

/** What a status means to somebody who has to act on it. */
export interface StatusMeaning {
  /** Its name in MS-ERREF 2.3.1. */
  readonly name: string;
  readonly kind: SmbErrorKind;
  /** Whether the same call may succeed later. */
  readonly retry: boolean;
  /** Completes "the server says: …". */
  readonly meaning: string;
  readonly hint?: string;
}

const lasting = (name: string, kind: SmbErrorKind, meaning: string, hint?: string): StatusMeaning => ({
  name: `STATUS_${name}`,
  kind,
  retry: false,
  meaning,
  ...(hint === undefined ? {} : { hint }),
});

const passing = (...parts: Parameters<typeof lasting>): StatusMeaning => ({
  ...lasting(...parts),
  retry: true,
});

const ASK_ADMIN = 'ask whoever runs the server';
const FREE_SPACE = 'free space on the server, or raise the quota';
const CHECK_SIGN_IN = 'check user name, domain and password';

/** What to do about failures of a kind, where the status itself has nothing better; what is said by the error itself is left out. */
export const TO_DO: Readonly<Partial<Record<SmbErrorKind, string>>> = {
  denied: 'check the permissions on the share and on the folder',
  'sign-in': CHECK_SIGN_IN,
  busy: 'close it where it is open, or try again later',
  full: FREE_SPACE,
  'read-only': 'have it made writable on the server',
  invalid: 'take another name or value',
  unsupported: 'the server, or its file system, would have to be another one',
  link: 'name the file that the link leads to',
  closed: 'connect again, and open again what was open',
  unreachable: 'look after the server and the network, and connect again',
  timeout: 'try again; if it stays, look at the disks and the load of the server',
  insecure: 'something on the way may be changing what is sent',
  io: 'look at the log and the disks of the server',
};

/** What the server's status codes mean: the only place that translates them. */
export const STATUS_TABLE: ReadonlyMap<number, StatusMeaning> = new Map([
  // Not failures: steps of a conversation, which the client handles itself.
  [0x00000000, lasting('SUCCESS', 'io', 'it worked')],
  [0x00000103, passing('PENDING', 'io', 'the answer follows later')],
  [0x0000010b, lasting('NOTIFY_CLEANUP', 'closed', 'the watched folder was closed')],
  [0x0000010c, passing('NOTIFY_ENUM_DIR', 'io', 'too much changed in the watched folder to list')],
  [0x80000005, lasting('BUFFER_OVERFLOW', 'io', 'there is more than was asked for')],
  [0x80000006, lasting('NO_MORE_FILES', 'not-found', 'there are no more files')],
  [0x8000001a, lasting('NO_MORE_ENTRIES', 'not-found', 'there are no more entries')],
  [0xc0000016, lasting('MORE_PROCESSING_REQUIRED', 'protocol', 'signing in takes another step')],

  // Names and paths.
  [0xc000000f, lasting('NO_SUCH_FILE', 'not-found', 'there is no such file')],
  [0xc0000034, lasting('OBJECT_NAME_NOT_FOUND', 'not-found', 'there is no such file or folder')],
  [0xc000003a, lasting('OBJECT_PATH_NOT_FOUND', 'not-found', 'a folder of this path does not exist')],
  [0xc0000225, lasting('NOT_FOUND', 'not-found', 'it was not found')],
  [0xc0000033, lasting('OBJECT_NAME_INVALID', 'invalid', 'the server does not take this name')],
  [0xc0000039, lasting('OBJECT_PATH_INVALID', 'invalid', 'the server does not take this path')],
  [0xc000003b, lasting('OBJECT_PATH_SYNTAX_BAD', 'invalid', 'the server does not take this path')],
  [0xc0000106, lasting('NAME_TOO_LONG', 'invalid', 'the name is too long')],
  [0xc0000035, lasting('OBJECT_NAME_COLLISION', 'exists', 'it exists already')],
  [0xc00000ba, lasting('FILE_IS_A_DIRECTORY', 'wrong-type', 'it is a folder')],
  [0xc0000103, lasting('NOT_A_DIRECTORY', 'wrong-type', 'it is no folder')],
  [0xc0000101, lasting('DIRECTORY_NOT_EMPTY', 'not-empty', 'the folder is not empty')],
  [0x8000002d, lasting('STOPPED_ON_SYMLINK', 'link', 'the path leads through a symbolic link')],
  [
    0xc0000257,
    lasting(
      'PATH_NOT_COVERED',
      'unsupported',
      'this path lies on another server (DFS)',
      'name the server and share that hold the files themselves',
    ),
  ],
  [0xc0000279, lasting('IO_REPARSE_TAG_NOT_HANDLED', 'link', 'the server does not follow this link')],
  [0xc0000275, lasting('NOT_A_REPARSE_POINT', 'wrong-type', 'it is no link')],
  [0xc000003e, lasting('DATA_ERROR', 'io', 'the medium gave an error in the data')],

  // Permission and state.
  [
    0xc0000022,
    lasting(
      'ACCESS_DENIED',
      'denied',
      'this user may not do that here',
      'check the permissions on the share and on the folder',
    ),
  ],
  [0xc0000061, lasting('PRIVILEGE_NOT_HELD', 'denied', 'this user lacks a privilege')],
  [0xc0000121, lasting('CANNOT_DELETE', 'denied', 'it may not be deleted')],
  [0xc00000a2, lasting('MEDIA_WRITE_PROTECTED', 'read-only', 'the medium is write-protected')],
  [0xc0000043, passing('SHARING_VIOLATION', 'busy', 'somebody else has it open')],
  [0xc0000054, passing('FILE_LOCK_CONFLICT', 'busy', 'somebody else has locked this part of it')],
  [0xc0000055, passing('LOCK_NOT_GRANTED', 'busy', 'somebody else has a lock on it')],
  [0xc0000056, passing('DELETE_PENDING', 'busy', 'it is being deleted while somebody has it open')],
  [0xc00000e2, passing('OPLOCK_NOT_GRANTED', 'busy', 'another client is caching it')],
  [0xc0000909, passing('CANNOT_BREAK_OPLOCK', 'busy', 'another client is caching it')],
  [
    0xc0000133,
    lasting(
      'TIME_DIFFERENCE_AT_DC',
      'sign-in',
      'the clocks differ too much',
      'set the clocks of both machines',
    ),
  ],
  [0xc000007f, lasting('DISK_FULL', 'full', 'the disk is full', FREE_SPACE)],
  [0xc0000044, lasting('QUOTA_EXCEEDED', 'full', 'the quota is used up', FREE_SPACE)],
  [0xc0000802, lasting('DISK_QUOTA_EXCEEDED', 'full', 'the quota is used up', FREE_SPACE)],
  [0xc0000904, lasting('FILE_TOO_LARGE', 'unsupported', 'its file system holds no file that large')],
  [0xc0000050, lasting('EA_TOO_LARGE', 'unsupported', 'the extended attributes are too large')],

  // Signing in.
  [0xc000006d, lasting('LOGON_FAILURE', 'sign-in', 'user name or password is wrong', CHECK_SIGN_IN)],
  [0xc0000064, lasting('NO_SUCH_USER', 'sign-in', 'there is no such user', CHECK_SIGN_IN)],
  [0xc000006a, lasting('WRONG_PASSWORD', 'sign-in', 'the password is wrong', CHECK_SIGN_IN)],
  [
    0xc000006e,
    lasting(
      'ACCOUNT_RESTRICTION',
      'sign-in',
      'this account may not sign in like this',
      'an account without a password may be barred from the network',
    ),
  ],
  [0xc000006f, lasting('INVALID_LOGON_HOURS', 'sign-in', 'this account may not sign in at this hour')],
  [0xc0000070, lasting('INVALID_WORKSTATION', 'sign-in', 'this account may not sign in from this machine')],
  [0xc0000071, lasting('PASSWORD_EXPIRED', 'sign-in', 'the password has expired', 'set a new password')],
  [0xc0000072, lasting('ACCOUNT_DISABLED', 'sign-in', 'the account is disabled', ASK_ADMIN)],
  [
    0xc000015b,
    lasting('LOGON_TYPE_NOT_GRANTED', 'sign-in', 'this account may not sign in over the network', ASK_ADMIN),
  ],
  [0xc0000193, lasting('ACCOUNT_EXPIRED', 'sign-in', 'the account has expired', ASK_ADMIN)],
  [
    0xc0000224,
    lasting('PASSWORD_MUST_CHANGE', 'sign-in', 'the password must be changed', 'set a new password'),
  ],
  [
    0xc0000234,
    lasting(
      'ACCOUNT_LOCKED_OUT',
      'sign-in',
      'the account is locked after too many attempts',
      'wait, or have it unlocked; check the stored password',
    ),
  ],
  [
    0xc0000413,
    lasting(
      'AUTHENTICATION_FIREWALL_FAILED',
      'sign-in',
      'this account is not allowed on this server',
      ASK_ADMIN,
    ),
  ],
  [0xc000005e, passing('NO_LOGON_SERVERS', 'sign-in', 'the server reaches no domain controller', ASK_ADMIN)],
  [
    0xc000018d,
    lasting('TRUSTED_RELATIONSHIP_FAILURE', 'sign-in', 'the server is cut off from its domain', ASK_ADMIN),
  ],
  [
    0xc0000418,
    lasting(
      'NTLM_BLOCKED',
      'sign-in',
      'the server does not take NTLM',
      'allow NTLM for this account on the server: this client has no Kerberos',
    ),
  ],
  [0xc0000388, lasting('DOWNGRADE_DETECTED', 'insecure', 'the server saw signs of an attack on signing in')],

  // Shares, sessions, handles and the way there.
  [
    0xc00000cc,
    lasting(
      'BAD_NETWORK_NAME',
      'no-share',
      'there is no such share',
      'check the name of the share, which is the first part of the path after the server',
    ),
  ],
  [0xc00000ca, lasting('NETWORK_ACCESS_DENIED', 'denied', 'this user may not use the share')],
  [0xc00000c9, passing('NETWORK_NAME_DELETED', 'closed', 'the share was closed by the server')],
  [0xc0000203, passing('USER_SESSION_DELETED', 'closed', 'the session was ended by the server')],
  [0xc000035c, passing('NETWORK_SESSION_EXPIRED', 'closed', 'the session has expired')],
  [0xc0000128, lasting('FILE_CLOSED', 'closed', 'the handle is closed')],
  [0xc0000008, lasting('INVALID_HANDLE', 'closed', 'the handle is not valid')],
  // Who cancels has gone by the time of this answer: it is the server's own doing.
  [0xc0000120, passing('CANCELLED', 'io', 'the server gave the request up')],
  [0xc0000240, passing('REQUEST_ABORTED', 'closed', 'the server gave the request up')],
  [0xc000020c, passing('CONNECTION_DISCONNECTED', 'unreachable', 'the connection was lost')],
  [0xc000020d, passing('CONNECTION_RESET', 'unreachable', 'the connection was reset')],
  [0xc000023c, passing('NETWORK_UNREACHABLE', 'unreachable', 'the network is not reachable')],
  [0xc000023d, passing('HOST_UNREACHABLE', 'unreachable', 'the host is not reachable')],
  [0xc00000be, passing('BAD_NETWORK_PATH', 'unreachable', 'the server behind this path is not reachable')],
  [0xc00000c4, passing('UNEXPECTED_NETWORK_ERROR', 'unreachable', 'the server had a network error')],
  [0xc000026e, passing('VOLUME_DISMOUNTED', 'unreachable', 'the volume was taken out')],
  [0xc0000013, passing('NO_MEDIA_IN_DEVICE', 'unreachable', 'there is no medium in the drive')],
  [0xc00000a3, passing('DEVICE_NOT_READY', 'unreachable', 'the drive is not ready')],
  [0xc000000e, lasting('NO_SUCH_DEVICE', 'unreachable', 'the device is gone')],
  [0xc0000466, passing('SERVER_UNAVAILABLE', 'unreachable', 'the server is not available for the moment')],
  [0xc000020b, passing('ADDRESS_CLOSED', 'unreachable', 'the connection was closed')],

  // The server's own means.
  [0xc00000b5, passing('IO_TIMEOUT', 'timeout', 'the server waited too long for its own medium')],
  [0x00000102, passing('TIMEOUT', 'timeout', 'the server waited too long')],
  [
    0xc0000102,
    lasting('FILE_CORRUPT_ERROR', 'io', 'the file system is damaged', 'check the disk of the server'),
  ],
  [0xc000009a, passing('INSUFFICIENT_RESOURCES', 'io', 'the server is short of memory')],
  [0xc0000205, passing('INSUFF_SERVER_RESOURCES', 'io', 'the server is short of memory')],
  [0xc0000017, passing('NO_MEMORY', 'io', 'the server is short of memory')],
  [0xc000011f, passing('TOO_MANY_OPENED_FILES', 'io', 'the server has too many files open')],
  [0xc00000ce, passing('TOO_MANY_SESSIONS', 'denied', 'the server has too many sessions')],
  [
    0xc00000d0,
    passing(
      'REQUEST_NOT_ACCEPTED',
      'denied',
      'the server takes no more connections',
      'the share may allow only so many users at once',
    ),
  ],
  [0xc0000001, lasting('UNSUCCESSFUL', 'io', 'it failed, and the server does not say why')],
  [0xc00000e5, lasting('INTERNAL_ERROR', 'io', 'the server has an error of its own')],
  [
    0xc00000e9,
    lasting('UNEXPECTED_IO_ERROR', 'io', 'the medium gave an error', 'check the disk of the server'),
  ],
  [0xc0000185, lasting('IO_DEVICE_ERROR', 'io', 'the medium gave an error', 'check the disk of the server')],
  [
    0xc000009c,
    lasting('DEVICE_DATA_ERROR', 'io', 'the medium gave an error', 'check the disk of the server'),
  ],
  [
    0xc0000032,
    lasting('DISK_CORRUPT_ERROR', 'io', 'the file system is damaged', 'check the disk of the server'),
  ],

  // What this client should not have asked, or this server cannot do.
  [0xc0000011, lasting('END_OF_FILE', 'io', 'the file ends before that')],
  [0xc0000002, lasting('NOT_IMPLEMENTED', 'unsupported', 'the server cannot do that')],
  [0xc0000003, lasting('INVALID_INFO_CLASS', 'unsupported', 'the server cannot say or set that')],
  [0xc0000004, lasting('INFO_LENGTH_MISMATCH', 'protocol', 'the request had the wrong length')],
  [0xc000000d, lasting('INVALID_PARAMETER', 'invalid', 'the server does not take the request')],
  [0xc0000010, lasting('INVALID_DEVICE_REQUEST', 'unsupported', 'the server cannot do that')],
  [0xc0000023, lasting('BUFFER_TOO_SMALL', 'protocol', 'the answer does not fit in what was asked for')],
  [0xc00000bb, lasting('NOT_SUPPORTED', 'unsupported', 'the server cannot do that')],
  [0xc00000cb, lasting('BAD_DEVICE_TYPE', 'no-share', 'the share is not one of files')],
  [0xc00000d4, lasting('NOT_SAME_DEVICE', 'unsupported', 'it cannot be moved to another volume')],
  [0xc0000184, lasting('INVALID_DEVICE_STATE', 'unsupported', 'the server cannot do that as things are')],
  [
    0xc05d0000,
    lasting('SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP', 'unsupported', 'no hash in common for signing in'),
  ],
  [
    0xc05d0001,
    lasting('SMB_BAD_CLUSTER_DIALECT', 'unsupported', 'the cluster does not take this SMB version'),
  ],
  [
    0xc000a000,
    lasting(
      'INVALID_SIGNATURE',
      'insecure',
      'the server found a signature wrong',
      'something on the way changes what is sent',
    ),
  ],
]);
