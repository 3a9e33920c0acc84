/**
 * The configuration: its schema, its checks, and what they come to. Apart from the rest, so that zod is loaded only where
 * there is a configuration to read.
 *
 * @module
 */
import { err, ok, type Result } from 'neverthrow';
import { checkConfig } from './config/check-config.js';
import type { ConfigIssue } from './config/config-issue.js';
import { describeIssue } from './config/describe-issue.js';
import { resolveConfig } from './config/resolve-config.js';
import type { Config } from './config/resolved-config.js';
import { configSchema } from './config/schema.js';

export { keyText, type ConfigIssue, type KeyPath } from './config/config-issue.js';
export { configJsonSchema } from './config/json-schema.js';
export type {
  Config,
  KubernetesSource,
  LocalSource,
  LocalTarget,
  PasswordSource,
  RepoConfig,
  ScheduleConfig,
  ShareAccess,
  SmbSource,
  SmbTarget,
  SourceConfig,
  TargetConfig,
} from './config/resolved-config.js';

/**
 * Checks a configuration that was read from YAML or JSON. All mistakes are told at once, each with its place.
 *
 * @example
 * parseConfig({ targets: { nas: { type: 'local', path: '/Volumes/nas' } } });
 */
export function parseConfig(value: unknown): Result<Config, readonly ConfigIssue[]> {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) return err(parsed.error.issues.flatMap((issue) => describeIssue(issue)));
  const issues = checkConfig(parsed.data);
  return issues.length > 0 ? err(issues) : ok(resolveConfig(parsed.data));
}
