import { type LoadedConfig, locationText, type SelectedTarget } from '@sessionkeep/runner';

/** What a saved plan calls a target: its name in the configuration; else its folder's whole path, since it may be read elsewhere, or its URL. */
export function planTarget({ name, location }: SelectedTarget, config: LoadedConfig | null): string {
  const configured = config?.config.targets.some((target) => target.name === name) === true;
  return configured ? name : locationText(location);
}
