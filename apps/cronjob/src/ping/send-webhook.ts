import type { Endpoint } from '../http/endpoint.js';
import { send, type SendOptions, type Sent } from '../http/send.js';
import type { RepoFacts, RunFacts } from '../run-facts.js';
import { summarySentence } from '../termination/summary-lines.js';

/** Of each list; a chat or a ticket needs no more to send somebody to the log. */
const MOST_ITEMS = 20;
const MOST_TEXT = 1000;

/** Tells a webhook what a run came to, as JSON; `text` is a sentence, for what shows only that. */
export function sendWebhook(endpoint: Endpoint, facts: RunFacts, options?: SendOptions): Promise<Sent> {
  const { url, authorization } = endpoint;
  const body = JSON.stringify(webhookBody(facts));
  return send({ url, authorization, contentType: 'application/json', body }, options);
}

function webhookBody(facts: RunFacts): object {
  const { version, began, ended, exitCode, meaning, dryRun, shard, repos, sources, errors, alarms } = facts;
  return {
    text: `sessionkeep: ${summarySentence(facts)}`,
    ok: exitCode === 0,
    exitCode,
    meaning,
    began: new Date(began).toISOString(),
    ended: new Date(ended).toISOString(),
    dryRun,
    shard,
    version,
    errors: errors.slice(0, MOST_ITEMS).map(short),
    alarms: alarms.slice(0, MOST_ITEMS).map(short),
    /** Only where something is wrong: the others are as they should be. */
    repos: repos.filter(isTrouble).slice(0, MOST_ITEMS).map(repoBody),
    unreachable: [...new Set(sources.flatMap(({ source, reachable }) => (reachable ? [] : [source])))].slice(
      0,
      MOST_ITEMS,
    ),
    totals: { repos: repos.length, errors: errors.length, alarms: alarms.length },
  };
}

function isTrouble({ failure, alarms, counts }: RepoFacts): boolean {
  return failure !== null || alarms + counts.failed + counts.refused + counts.damaged > 0;
}

function repoBody({ target, source, repo, counts, bytesMoved, alarms, failure }: RepoFacts): object {
  return {
    target,
    source,
    repo,
    counts,
    bytesMoved,
    alarms,
    failure: failure === null ? null : short(failure),
  };
}

function short(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT).toWellFormed()}…`;
}
