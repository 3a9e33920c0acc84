import {
  ApiException,
  type KubeConfig,
  Observable,
  type ConfigurationOptions,
  type ObservableMiddleware,
} from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { credentialsOf } from '../exec/credentials.js';
import { PATIENCE } from '../exec/exec-target.js';
import { ABORTED, isAborted, problem, type Problem } from '../failure.js';
import { httpProblem, networkProblem, parseStatus } from '../exec/problem-tables.js';

/** What a call is to be given: it is let go of when nobody waits for it any more. */
type Options = ConfigurationOptions;

/** Calls the API; what it throws becomes a problem, and silence one too. */
export async function apiCall<T>(
  config: KubeConfig,
  call: (options: Options) => Promise<T>,
  signal?: AbortSignal,
  wait = PATIENCE.connect,
): Promise<Result<T, Problem>> {
  if (isAborted(signal)) return err(ABORTED);
  // First by itself: what a plug-in fails with is no problem of the network.
  const credentials = await credentialsOf(config);
  if (credentials.isErr()) return err(credentials.error);
  const late = AbortSignal.timeout(wait);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  try {
    return ok(await call(endedBy(either)));
  } catch (cause) {
    if (isAborted(signal)) return err(ABORTED);
    if (!late.aborted) return err(problemOf(cause));
    const text = `the API server said nothing for ${Math.round(wait / 1000)} s`;
    return err(problem('timeout', text, { retry: true }));
  }
}

function endedBy(signal: AbortSignal): Options {
  const middleware: ObservableMiddleware = {
    pre: (request) => {
      request.setSignal(signal);
      return new Observable(Promise.resolve(request));
    },
    post: (response) => new Observable(Promise.resolve(response)),
  };
  return { middleware: [middleware], middlewareMergeStrategy: 'append' };
}

function problemOf(cause: unknown): Problem {
  if (!(cause instanceof ApiException)) return networkProblem(innermost(cause));
  const { code, body } = cause as ApiException<unknown>;
  const status = parseStatus(typeof body === 'string' ? body : JSON.stringify(body));
  const { hint, ...found } = httpProblem(code, status?.message ?? '');
  // A workload that is not there is no pod that is gone.
  return { ...found, ...(hint === undefined || code === 404 ? {} : { hint }) };
}

/** `fetch` says only that it failed; why, its cause does. */
function innermost(cause: unknown): unknown {
  let found = cause;
  for (let depth = 0; depth < 5 && found instanceof Error && found.cause instanceof Error; depth++)
    found = found.cause;
  return found;
}
