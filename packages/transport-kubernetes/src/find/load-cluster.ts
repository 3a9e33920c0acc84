import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError } from '@sessionkeep/core';
import { errorOf, problem, type Problem } from '../failure.js';

/** Which cluster, and as whom. */
export interface ClusterOptions {
  /** Path of a kubeconfig; else those in `KUBECONFIG`, `~/.kube/config`, or the service account of the pod this runs in. */
  readonly kubeconfig?: string;
  /** One of its contexts; else its current one. */
  readonly context?: string;
  /** The environment; this process's own unless told otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Loads which cluster to go to and the credentials for it, in the order in which kubectl does. Plug-ins that a kubeconfig names are
 * run only when something is asked of the cluster. `usage` where there is no configuration, or no such context in it.
 *
 * @example
 * const cluster = loadCluster({ context: 'staging' });
 */
export function loadCluster(options: ClusterOptions = {}): Result<KubeConfig, KeepError> {
  const attempt = { transport: 'the cluster', operation: 'find', path: '' };
  return loaded(options)
    .andThen((config) => withContext(config, options.context))
    .mapErr((found) => errorOf(attempt, found));
}

/** The namespace that is meant where none is named, as with kubectl: the context's, else `default`. */
export function contextNamespace(config: KubeConfig): string {
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim() ?? '';
  return namespace === '' ? 'default' : namespace;
}

function loaded({ kubeconfig, env = process.env }: ClusterOptions): Result<KubeConfig, Problem> {
  const config = new KubeConfig();
  const files = filesOf(kubeconfig, env);
  try {
    const [first, ...others] = files.filter((file) => file !== '' && existsSync(file));
    if (first !== undefined) {
      config.loadFromFile(first);
      for (const file of others) {
        const other = new KubeConfig();
        other.loadFromFile(file);
        // As with kubectl, the first that names a current context has its way.
        config.mergeConfig(other, config.getCurrentContext() !== '');
      }
      return ok(config);
    }
    if (kubeconfig === undefined && isInCluster(env)) {
      config.loadFromCluster();
      return ok(config);
    }
  } catch (cause) {
    return err(problem('usage', `the kubeconfig cannot be read: ${withoutContents(cause)}`));
  }
  return err(
    problem('usage', `there is no kubeconfig at ${files.join(' or ')}`, {
      hint: 'set KUBECONFIG, or name the kubeconfig',
    }),
  );
}

/** What went wrong, and where. What a parser shows of the text around it may be a token. */
function withoutContents(cause: unknown): string {
  const { code, reason, mark } = cause as { code?: unknown; reason?: unknown; mark?: { line?: unknown } };
  if (typeof reason === 'string') {
    return typeof mark?.line === 'number' ? `${reason}, in line ${mark.line + 1}` : reason;
  }
  return typeof code === 'string' && cause instanceof Error ? cause.message : 'it is none';
}

function filesOf(kubeconfig: string | undefined, env: NonNullable<ClusterOptions['env']>): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = env['KUBECONFIG'] ?? '';
  return named === '' ? [join(env['HOME'] ?? homedir(), '.kube', 'config')] : named.split(delimiter);
}

function isInCluster(env: NonNullable<ClusterOptions['env']>): boolean {
  return (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '' && existsSync(SERVICE_ACCOUNT);
}

function withContext(config: KubeConfig, context: string | undefined): Result<KubeConfig, Problem> {
  const names = config.getContexts().map(({ name }) => name);
  const wanted = context ?? config.getCurrentContext();
  if (!names.includes(wanted)) {
    const text =
      wanted === '' ? 'the kubeconfig has no current context' : `the kubeconfig has no context "${wanted}"`;
    return err(problem('usage', `${text}: it has ${names.length === 0 ? 'none' : names.join(', ')}`));
  }
  config.setCurrentContext(wanted);
  if (config.getCurrentCluster() !== null) return ok(config);
  return err(problem('usage', `the context "${wanted}" names a cluster that the kubeconfig does not have`));
}
