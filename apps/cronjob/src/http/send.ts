import { printable } from '@sessionkeep/core';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { networkProblem } from './network-problem.js';
import { startOfBody } from './start-of-body.js';

/** A POST to an endpoint. */
export interface Message {
  readonly url: string;
  readonly authorization: string | null;
  readonly contentType: string;
  readonly body: string;
}

/** What came of it, which is never more than a warning. */
export type Sent =
  /** `said` is the beginning of the answer, safe to show. */
  | { readonly ok: true; readonly said: string }
  /** `why` is a part of a sentence, without the address. */
  | { readonly ok: false; readonly why: string };

export interface SendOptions {
  /**
   * Ends it early. Not the signal of the run: where that was interrupted, those who watch are still told.
   */
  readonly signal?: AbortSignal;
  /** For all tries together, in milliseconds; ten seconds. */
  readonly deadline?: number;
  /** Waits between two tries; rejects when the signal is aborted. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

const DEADLINE_MS = 10_000;
const LATE = new Error('late');
/** Before the second and the third try. */
const PAUSES_MS = [500, 2000];
const MOST_REDIRECTS = 3;
/** Those that leave the method as it is, or that servers mean so when they send somebody from HTTP to HTTPS. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * Sends one message; tries twice more where the network fails or the server says that it cannot now (5xx, 429). Redirects
 * are followed with the same method, three at most, not from HTTPS to HTTP, and user and password only within one origin.
 * Never rejects.
 *
 * Certificates of a private authority are trusted where the environment variable `NODE_EXTRA_CA_CERTS`, which Node reads
 * when it starts, names a file with them.
 */
export async function send(message: Message, options: SendOptions = {}): Promise<Sent> {
  const { deadline = DEADLINE_MS, pause = pauseFor } = options;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(LATE), deadline);
  const interrupt = (): void => end.abort();
  options.signal?.addEventListener('abort', interrupt);
  if (options.signal?.aborted === true) interrupt();
  try {
    return await tryOften(message, end.signal, pause);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', interrupt);
  }
}

async function tryOften(message: Message, signal: AbortSignal, pause: typeof pauseFor): Promise<Sent> {
  for (let tried = 0; ; tried++) {
    const { sent, again } = await tryOnce(message, signal);
    const wait = PAUSES_MS[tried];
    if (!again || wait === undefined) return sent;
    // It rejects once there is no time left.
    const waited = await pause(wait, signal).then(
      () => true,
      () => false,
    );
    if (!waited) return sent;
  }
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return sleep(milliseconds, undefined, { signal });
}

interface Try {
  readonly sent: Sent;
  /** It may succeed a little later. */
  readonly again: boolean;
}

async function tryOnce(message: Message, signal: AbortSignal): Promise<Try> {
  let to = message;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await post(to, signal);
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      const said = await startOfBody(response);
      if (location === null) return judge(response.status, said);
      if (redirects === MOST_REDIRECTS) return failed('it redirects again and again');
      const next = redirected(to, location);
      if (typeof next === 'string') return failed(next);
      to = next;
    }
  } catch (cause) {
    if (!signal.aborted) return { ...failed(networkProblem(cause)), again: true };
    return failed(signal.reason === LATE ? 'no answer in time' : 'it was interrupted');
  }
}

function post({ url, authorization, contentType, body }: Message, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'user-agent': 'sessionkeep',
      ...(authorization !== null && { authorization }),
    },
    body,
    redirect: 'manual',
    signal,
  });
}

/** Where a redirect leads to, or why it is not followed. */
function redirected(from: Message, location: string): Message | string {
  if (!URL.canParse(location, from.url)) return 'it redirects to what is no address';
  const [url, before] = [new URL(location, from.url), new URL(from.url)];
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  if (!isWeb || (before.protocol === 'https:' && url.protocol === 'http:'))
    return `it redirects to ${url.protocol}//, which is not followed`;
  // Whoever redirects is not to choose with which credentials another is asked.
  url.username = '';
  url.password = '';
  return { ...from, url: url.href, authorization: url.origin === before.origin ? from.authorization : null };
}

function judge(status: number, said: string): Try {
  if (status >= 200 && status < 300) return { sent: { ok: true, said }, again: false };
  const name = STATUS_CODES[status];
  const why = `it answered ${status}${name === undefined ? '' : ` ${name}`}`;
  const again = status >= 500 || status === 429;
  return { ...failed(said === '' ? why : `${why}: ${printable(said)}`), again };
}

function failed(why: string): Try {
  return { sent: { ok: false, why }, again: false };
}
