import type { Endpoint } from '../http/endpoint.js';
import { send, type SendOptions, type Sent } from '../http/send.js';
import type { RunFacts } from '../run-facts.js';
import { summaryLines } from '../termination/summary-lines.js';
import { cutBytes } from '../termination/cut-bytes.js';

/** As much of a body as healthchecks.io keeps. */
const MOST_BYTES = 100_000;

export interface PingOptions extends SendOptions {
  /** A UUID of the run, by which its start and its end are known to belong together where runs overlap. */
  readonly run?: string;
}

/** Tells that a run begins, in the protocol of healthchecks.io (https://healthchecks.io/docs/http_api/). */
export function pingStart(endpoint: Endpoint, options?: PingOptions): Promise<Sent> {
  return ping(endpoint, 'start', '', options);
}

/**
 * Tells how a run ended: the address itself after exit code 0, else its `/fail`. The body is the summary, its first line the
 * exit code and what it means.
 */
export function pingEnd(endpoint: Endpoint, facts: RunFacts, options?: PingOptions): Promise<Sent> {
  const body = cutBytes(summaryLines(facts), MOST_BYTES);
  return ping(endpoint, facts.exitCode === 0 ? '' : 'fail', body, options);
}

async function ping(
  { url, authorization }: Endpoint,
  signal: string,
  body: string,
  { run, ...options }: PingOptions = {},
): Promise<Sent> {
  const to = new URL(url);
  if (signal !== '') to.pathname = `${to.pathname.replace(/\/+$/, '')}/${signal}`;
  if (run !== undefined) to.searchParams.set('rid', run);
  const sent = await send(
    { url: to.href, authorization, contentType: 'text/plain; charset=utf-8', body },
    options,
  );
  // An address that leads to no check, and one that is asked too often, are answered with 200.
  if (sent.ok && sent.said.startsWith('OK (')) return { ok: false, why: `it answered ${sent.said}` };
  return sent;
}
