import { err, ok, type Result } from 'neverthrow';
import type { EncryptionPolicy, SigningPolicy } from '../connection/policy.js';
import { attemptError, type Attempt } from '../error/attempt-error.js';
import { printable } from '../error/printable.js';
import type { SmbError } from '../error/smb-error.js';
import type { ConnectOptions, SmbVersion } from './connect-options.js';

const ATTEMPT: Attempt = { operation: 'connect' };

/** All there are: one that is not among them is refused, for whoever misspells `encryption` wants to know. */
const KNOWN: Readonly<Record<keyof ConnectOptions, true>> = {
  host: true,
  port: true,
  user: true,
  password: true,
  domain: true,
  anonymous: true,
  allowGuest: true,
  previous: true,
  signing: true,
  encryption: true,
  versions: true,
  compounds: true,
  requestSize: true,
  timeouts: true,
  signal: true,
};

/** What people look for, and what they are told. */
const ABSENT: readonly (readonly [RegExp, string, string])[] = [
  [
    /kerberos|krb|ccache|keytab|principal|realm/i,
    'this client has no Kerberos',
    'sign in with user and password',
  ],
  [/multi.?channel|channels/i, 'this client has no multichannel: one session has one connection', ''],
  [/dfs|referral/i, 'this client has no DFS', 'name the server and share that hold the files themselves'],
];

const SIGNING: Readonly<Record<SigningPolicy, true>> = {
  required: true,
  'if-offered': true,
  'if-required': true,
};
const ENCRYPTION: Readonly<Record<EncryptionPolicy, true>> = { ...SIGNING, off: true };
const VERSIONS: Readonly<Record<SmbVersion, true>> = {
  '2.1': true,
  '3.0': true,
  '3.0.2': true,
  '3.1.1': true,
};

/** Refuses options that there are not, and values that an option does not have: TypeScript tells only its own users. */
export function checkOptions(options: ConnectOptions): Result<null, SmbError> {
  for (const key of Object.keys(options)) if (!Object.hasOwn(KNOWN, key)) return err(unknownOption(key));
  const { host, signing, encryption, versions, port, timeouts = {}, requestSize } = options;
  // Node takes no name for this machine itself.
  if (typeof host !== 'string' || host === '') return invalid('there is no host to connect to');
  if (signing !== undefined && !Object.hasOwn(SIGNING, signing)) return wrong('signing', signing);
  if (encryption !== undefined && !Object.hasOwn(ENCRYPTION, encryption))
    return wrong('encryption', encryption);
  for (const version of versions ?? []) if (!Object.hasOwn(VERSIONS, version)) return err(noVersion(version));
  if (versions?.length === 0) return invalid('no version of SMB is allowed');
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    return wrong('port', port);
  for (const [name, limit] of Object.entries(timeouts) as [string, unknown][]) {
    if (limit !== undefined && !(typeof limit === 'number' && limit > 0))
      return wrong(`timeouts.${name}`, limit);
  }
  if (requestSize !== undefined && !(Number.isInteger(requestSize) && requestSize > 0)) {
    return wrong('requestSize', requestSize);
  }
  return ok(null);
}

function unknownOption(key: string): SmbError {
  const [, problem, hint = ''] = ABSENT.find(([pattern]) => pattern.test(key)) ?? [];
  if (problem === undefined)
    return attemptError('invalid', ATTEMPT, `there is no option "${printable(key)}"`);
  return attemptError('unsupported', ATTEMPT, problem, hint === '' ? {} : { hint });
}

function noVersion(version: unknown): SmbError {
  const problem = `SMB ${printable(String(version))} is not a version that this client has`;
  return attemptError('unsupported', ATTEMPT, problem, { hint: 'it has 2.1, 3.0, 3.0.2 and 3.1.1' });
}

function wrong(name: string, value: unknown): Result<never, SmbError> {
  return invalid(`"${printable(String(value))}" is nothing that the option ${name} can be`);
}

function invalid(problem: string): Result<never, SmbError> {
  return err(attemptError('invalid', ATTEMPT, problem));
}
