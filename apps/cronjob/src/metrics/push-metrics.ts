import type { Endpoint } from '../http/endpoint.js';
import { send, type SendOptions, type Sent } from '../http/send.js';
import type { RunFacts } from '../run-facts.js';
import { metricsToReplace } from './metrics-of.js';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.js';

/**
 * Pushes the metrics of a run to a Pushgateway, into the group `job="sessionkeep"`, for a shard with its number as `shard`.
 * An address that names a group itself (`…/metrics/job/NAME/LABEL/VALUE`) is taken as it is, so that several clusters can
 * push to one.
 *
 * It is a POST: what was pushed before stays unless it has the same name, and so does the last success after a run that was
 * none (https://github.com/prometheus/pushgateway#post-method). So do the numbers about repos after a run that came to none.
 */
export function pushMetrics(endpoint: Endpoint, facts: RunFacts, options?: SendOptions): Promise<Sent> {
  const { authorization } = endpoint;
  const body = prometheusText(metricsToReplace(facts));
  return send(
    { url: groupUrl(endpoint.url, facts), authorization, contentType: PROMETHEUS_TYPE, body },
    options,
  );
}

function groupUrl(base: string, { shard }: RunFacts): string {
  const url = new URL(base);
  const path = url.pathname.replace(/\/+$/, '');
  const group = /\/metrics\/job(?:@base64)?\/[^/]/.test(path) ? path : `${path}/metrics/job/sessionkeep`;
  url.pathname = shard === null ? group : `${group}/shard/${shard.index}`;
  return url.href;
}
