import { ApiException, type KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { credentialsOf } from '../exec/credentials.js';
import { PATIENCE } from '../exec/exec-target.js';
import { problem, type Problem } from '../failure.js';
import { httpProblem, networkProblem, parseStatus } from '../exec/problem-tables.js';

/** Calls the API; what it throws becomes a problem, and silence one too. */
export async function apiCall<T>(
  config: KubeConfig,
  call: () => Promise<T>,
  wait = PATIENCE.connect,
): Promise<Result<T, Problem>> {
  // First by itself: what a plug-in fails with is no problem of the network.
  const credentials = await credentialsOf(config);
  if (credentials.isErr()) return err(credentials.error);
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<Result<never, Problem>>((resolve) => {
    late = setTimeout(() => {
      resolve(
        err(
          problem('timeout', `the API server said nothing for ${Math.round(wait / 1000)} s`, { retry: true }),
        ),
      );
    }, wait);
  });
  try {
    return await Promise.race([call().then((value) => ok(value)), silence]);
  } catch (cause) {
    return err(problemOf(cause));
  } finally {
    clearTimeout(late);
  }
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
