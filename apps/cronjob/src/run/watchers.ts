import type { KeepError } from '@sessionkeep/core';
import type { Shard, World } from '@sessionkeep/runner';
import { errorLine } from '@sessionkeep/runner/program';
import { ok, type Result } from 'neverthrow';
import { randomUUID } from 'node:crypto';
import { readEndpoint, type Endpoint } from '../http/endpoint.js';
import type { Sent } from '../http/send.js';
import type { JsonLog } from '../log/json-log.js';
import type { Redactor } from '../log/redactor.js';
import { pushMetrics } from '../metrics/push-metrics.js';
import { writeMetricsFile } from '../metrics/write-metrics-file.js';
import { pingEnd, pingStart } from '../ping/ping.js';
import { sendWebhook } from '../ping/send-webhook.js';
import type { RunFacts } from '../run-facts.js';

/** Whom a run tells of itself; null where nobody is. */
interface Addresses {
  readonly ping: Endpoint | null;
  readonly webhook: Endpoint | null;
  readonly pushgateway: Endpoint | null;
}

/** Those who are told of a run. That one of them cannot be told is logged, and never fails the run. */
export class Watchers {
  /** By which start and end are known to belong together. */
  readonly #run = randomUUID();
  #started: Promise<void> = Promise.resolve();

  constructor(
    private readonly addresses: Addresses,
    private readonly metricsFile: string | null,
    private readonly log: JsonLog,
  ) {}

  /** Whether what a run came to is wanted in numbers. */
  get wantMetrics(): boolean {
    return this.metricsFile !== null || this.addresses.pushgateway !== null;
  }

  /** A run begins. Nobody waits for that to be told. */
  start(): void {
    const { ping } = this.addresses;
    if (ping !== null)
      this.#started = this.#tell('ping', ping, pingStart(ping, { run: this.#run }), 'the start');
  }

  /** A run has ended. */
  async end(facts: RunFacts): Promise<void> {
    const { ping, webhook, pushgateway } = this.addresses;
    await this.#started;
    await Promise.all([
      ping !== null && this.#tell('ping', ping, pingEnd(ping, facts, { run: this.#run }), 'the end'),
      webhook !== null &&
        facts.exitCode !== 0 &&
        this.#tell('webhook', webhook, sendWebhook(webhook, facts), 'the failure'),
      pushgateway !== null &&
        this.#tell('metrics', pushgateway, pushMetrics(pushgateway, facts), 'the metrics'),
      this.#writeFile(facts),
    ]);
  }

  async #writeFile(facts: RunFacts): Promise<void> {
    if (this.metricsFile === null) return;
    const written = await writeMetricsFile(this.metricsFile, facts);
    written.match(
      (path) => this.log.debug('metrics', `written to ${path}`, { path }),
      (error) => this.log.warn('metrics', errorLine(error), { error }),
    );
  }

  async #tell(event: string, { shown }: Endpoint, sending: Promise<Sent>, what: string): Promise<void> {
    const sent = await sending;
    if (sent.ok) this.log.debug(event, `${shown} was told of ${what}`);
    else this.log.warn(event, `could not tell ${shown} of ${what}: ${sent.why}`);
  }
}

/** Those of {@link Addresses} that could be read, and what is wrong with the others. */
export interface ReadAddresses {
  readonly addresses: Addresses;
  readonly errors: readonly KeepError[];
}

/** Reads the addresses out of the environment. */
export function readAddresses(env: World['env'], shard: Shard | null, redactor: Redactor): ReadAddresses {
  const errors: KeepError[] = [];
  const read = (name: string): Endpoint | null => {
    const endpoint: Result<Endpoint | null, KeepError> = readEndpoint(env, name, shard).orElse((error) => {
      errors.push(error);
      return ok(null);
    });
    const found = endpoint.unwrapOr(null);
    if (found !== null) redactor.addUrl(found.secret);
    return found;
  };
  const addresses = {
    ping: read('SESSIONKEEP_PING_URL'),
    webhook: read('SESSIONKEEP_WEBHOOK_URL'),
    pushgateway: read('SESSIONKEEP_PUSHGATEWAY_URL'),
  };
  return { addresses, errors };
}
