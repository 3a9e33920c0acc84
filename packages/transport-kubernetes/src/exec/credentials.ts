import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { problem, type Problem } from '../failure.js';

/** What a request needs to be let in: certificates, tokens, proxies. Runs the plug-in that a kubeconfig names. */
export async function credentialsOf(config: KubeConfig): Promise<Result<RequestOptions, Problem>> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    return ok(options);
  } catch (cause) {
    // Plug-ins are programs; what they say about a sign-in that failed is all there is.
    return err(problem('denied', `the kubeconfig's credentials could not be had: ${textOf(cause)}`));
  }
}

/** A parser shows what it could not parse, which may be a token. */
function textOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'the plug-in printed what is no JSON';
  return cause instanceof Error ? cause.message : String(cause);
}
