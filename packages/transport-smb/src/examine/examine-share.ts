import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import {
  failedFinding,
  fineFinding,
  keepError,
  oddFinding,
  spaceFinding,
  type ExamineStep,
  type Finding,
  type KeepError,
} from '@sessionkeep/core';
import {
  SmbClient,
  type SessionInfo,
  type SmbError,
  type SmbErrorKind,
  type SmbShare,
} from '@sessionkeep/smb2';
import { smbFailure } from '../failure.js';
import { hintOfCode } from '../smb-error-table.js';
import { addressOf, connectOptions, type SmbOptions } from '../smb-options.js';

/**
 * Tries out step by step what it takes to get to a share: the host's name, its port, what client and server agree on, the sign-in, the
 * share, and how much is free there. Ends after the first step that failed. Writes nothing.
 *
 * @example
 * for await (const { step, outcome, says } of examineShare(options)) console.log(step, outcome, says);
 */
export async function* examineShare(options: SmbOptions): AsyncIterable<Finding> {
  const where = addressOf(options);
  if (where.isErr()) {
    yield failedFinding('name', where.error);
    return;
  }
  const { host, port, share, user } = where.value;
  const fail = (step: ExamineStep, error: SmbError): Finding =>
    failedFinding(step, smbFailure({ transport: `//${host}/${share}`, operation: 'reach', path: '' }, error));
  const found = await resolveName(host);
  yield found.finding;
  if (found.address === null) return;
  const closed = await portProblem(found.address, port);
  if (closed !== null) {
    yield failedFinding('port', closed);
    return;
  }
  yield fineFinding('port', `${port.toString()} is open`);
  const client = await SmbClient.connect(connectOptions(where.value, options));
  if (client.isErr()) {
    yield fail(stepOf(client.error), client.error);
    return;
  }
  const connected = await client.value.share(share);
  yield* sessionFindings(user, client.value.info, connected.unwrapOr(null));
  if (connected.isErr()) yield fail('share', connected.error);
  else yield* shareFindings(connected.value, fail);
  await client.value.close();
}

async function resolveName(host: string): Promise<{ finding: Finding; address: string | null }> {
  try {
    const { address } = await lookup(host);
    const says = address === host ? 'is an address' : `is ${address}`;
    return { finding: fineFinding('name', says), address };
  } catch (cause) {
    const text = `nobody knows the host ${host} (${codeOf(cause)})`;
    const error = keepError('unreachable', 'resolve', text, { cause });
    return { finding: failedFinding('name', error), address: null };
  }
}

/** How long a port is waited for, in milliseconds. */
const PATIENCE = 10_000;

/** Null where it is open. */
function portProblem(address: string, port: number): Promise<KeepError | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: PATIENCE });
    const end = (code: string | null): void => {
      socket.destroy();
      const text = `port ${port.toString()} of ${address} is not open (${code ?? ''})`;
      const hint = code === null ? undefined : hintOfCode(code);
      const more = hint === undefined ? {} : { hint };
      resolve(code === null ? null : keepError('unreachable', 'connect', text, more));
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (cause) => end(codeOf(cause)));
  });
}

/** Which step an error of a connection is about: the client goes through them in one call. */
const STEP_OF_KIND: Partial<Record<SmbErrorKind, ExamineStep>> = {
  'sign-in': 'sign-in',
  denied: 'sign-in',
  unsupported: 'dialect',
  protocol: 'dialect',
  unreachable: 'dialect',
  closed: 'dialect',
  timeout: 'dialect',
};

function stepOf({ kind, message }: SmbError): ExamineStep {
  if (kind === 'insecure') return /encrypt/i.test(message) ? 'encryption' : 'signing';
  return STEP_OF_KIND[kind] ?? 'sign-in';
}

function* sessionFindings(
  user: string,
  { version, signedInAs, signing, encryption }: SessionInfo,
  share: SmbShare | null,
): Iterable<Finding> {
  yield fineFinding('dialect', `SMB ${version}`);
  yield signedInAs === 'user'
    ? fineFinding('sign-in', `as ${user}`)
    : oddFinding('sign-in', `as ${signedInAs}`, 'nothing proves who writes, or what: name a user in the URL');
  yield signing === null ? oddFinding('signing', 'is off') : fineFinding('signing', signing);
  if (encryption !== null) yield fineFinding('encryption', encryption);
  else if (share?.encrypted === true) yield fineFinding('encryption', 'of this share');
  else yield oddFinding('encryption', 'is off: who listens can read what is kept');
}

async function* shareFindings(
  share: SmbShare,
  fail: (step: ExamineStep, error: SmbError) => Finding,
): AsyncIterable<Finding> {
  const { write, delete: remove } = share.rights;
  yield fineFinding('share', write && remove ? 'may be written to' : 'may only be read');
  const space = await share.space();
  yield space.isErr() ? fail('space', space.error) : spaceFinding(space.value.available, space.value.total);
}

function codeOf(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? String(cause);
}
