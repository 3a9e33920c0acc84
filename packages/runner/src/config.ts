/**
 * Reading configurations. It brings a YAML parser and the schema, which take longer to load than all the rest: `openConfig` of the
 * package's main entry loads them only where there is a configuration.
 *
 * @module
 */
export type { FoundConfig } from './config/find-config.js';
export { loadConfig, parseConfigText, type LoadedConfig } from './config/load-config.js';
