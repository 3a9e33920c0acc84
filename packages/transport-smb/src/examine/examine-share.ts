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
  type SmbAddress,
} from '@sessionkeep/core';
import {
  SmbClient,
  type SessionInfo,
  type SmbError,
  type SmbErrorKind,
  type SmbShare,
} from '@sessionkeep/smb2';
import { smbFailure } from '../failure.js';
import { hintOfCode, hintOfName } from '../smb-error-table.js';
import { addressOf, connectOptions, type SmbOptions } from '../smb-options.js';

/**
 * Tries out step by step what it takes to get to a share: the host's name, its port, what client and server agree on, the sign-in, the
 * share, and how much is free there. Ends after the first step that failed. Writes nothing.
 *
 * @example
 * const url = 'smb://me@nas.local/secure';
 * const password = process.env['SMB_PASSWORD'] ?? '';
 * for await (const { step, outcome, says } of examineShare({ url, password })) console.log(step, outcome, says);
 */
export async function* examineShare(options: SmbOptions): AsyncIterable<Finding> {
  const where = addressOf(options);
  if (where.isErr()) {
    yield failedFinding('name', where.error);
    return;
  }
  const { host, port, share, user } = where.value;
  const fail = (step: ExamineStep, error: SmbError): Finding => {
    const attempt = { transport: nameOf(where.value, step), operation: VERBS[step] ?? 'use', path: '' };
    const failed = failedFinding(step, smbFailure(attempt, error));
    const isBare = error.kind === 'denied' && options.encryption === 'off';
    return isBare ? { ...failed, hint: `${DEMANDED}; else ${failed.hint ?? ''}` } : failed;
  };
  const named = await resolveName(host);
  yield named;
  if (named.outcome === 'failed') return;
  const opened = await openPort(host, port, options.signal);
  yield opened;
  if (opened.outcome === 'failed') return;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const client = await SmbClient.connect({ ...connectOptions(where.value, options), ...call });
  if (client.isErr()) {
    yield fail(stepOf(client.error), client.error);
    return;
  }
  try {
    const connected = await client.value.share(share, call);
    yield* sessionFindings(user, client.value.info, connected.unwrapOr(null));
    if (connected.isErr()) yield fail('share', connected.error);
    else yield* shareFindings(connected.value, fail);
  } finally {
    await client.value.close();
  }
}

/** What of it a step is about: the server, or the share. */
function nameOf({ host, share }: SmbAddress, step: ExamineStep): string {
  return step === 'share' || step === 'space' ? `//${host}/${share}` : host;
}

/** Servers that demand encryption refuse what comes without as if the user might not. */
const DEMANDED = 'the server may demand encryption, which encryption: off keeps away: write if-offered';

/** What an error says could not be done. */
const VERBS: Partial<Record<ExamineStep, string>> = {
  dialect: 'talk to',
  signing: 'talk signed to',
  encryption: 'talk encrypted to',
  'sign-in': 'sign in to',
  share: 'connect to',
  space: 'ask for the free space of',
};

async function resolveName(host: string): Promise<Finding> {
  try {
    const found = await lookup(host, { all: true });
    const [first = host, ...others] = [...new Set(found.map(({ address }) => address))];
    if (first === host) return fineFinding('name', `${host} is an address`);
    const more = others.length === 0 ? '' : `, and ${others.length.toString()} more`;
    return fineFinding('name', `${host} is ${first}${more}`);
  } catch (cause) {
    const text = `nobody knows the host ${host} (${codeOf(cause)})`;
    return failedFinding('name', unreachable('resolve', text, hintOfName(host)));
  }
}

/** How long a port is waited for, in milliseconds. */
const PATIENCE = 10_000;

/** Every address of the host is tried, as the client does. */
function openPort(host: string, port: number, signal: AbortSignal | undefined): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (finding: Finding): void => {
      signal?.removeEventListener('abort', stop);
      socket.destroy();
      resolve(finding);
    };
    const fail = (code: string): void => {
      const text = `port ${port.toString()} of ${host} is not open (${code})`;
      end(failedFinding('port', unreachable('connect', text, hintOfCode(code))));
    };
    const stop = (): void => fail('aborted');
    signal?.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => end(fineFinding('port', `${port.toString()} is open`)));
    socket.once('timeout', () => fail('ETIMEDOUT'));
    socket.once('error', (cause) => fail(codeOf(cause)));
  });
}

function unreachable(operation: string, text: string, hint: string | undefined): KeepError {
  return keepError('unreachable', operation, text, hint === undefined ? {} : { hint });
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
