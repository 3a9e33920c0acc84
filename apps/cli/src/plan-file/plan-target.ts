import type { LoadedConfig } from '../config/load-config.js';
import type { SelectedTarget } from '../select/select-targets.js';

/** What a saved plan calls a target: its name in the configuration; else its folder, whole, since it may be read elsewhere. */
export function planTarget({ name, path }: SelectedTarget, config: LoadedConfig | null): string {
  const configured = config?.config.targets.some((target) => target.name === name) === true;
  return configured ? name : path;
}
