import { EXIT, type ExitCode, findConfig } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { ConfigNames } from '../args/options.js';
import type { Context } from '../context.js';

/** `sessionkeep completion SHELL`, and what the scripts call for names. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const [what = ''] = args.operands;
  context.stdout.write(await textOf(what, args, context));
  return EXIT.done;
}

async function textOf(what: string, args: Args, context: Context): Promise<string> {
  switch (what) {
    case 'bash':
      return (await import('../completion/bash-script.js')).bashScript();
    case 'zsh':
      return (await import('../completion/zsh-script.js')).zshScript();
    case 'fish':
      return (await import('../completion/fish-script.js')).fishScript();
    default:
      return namesOf(what as ConfigNames, args, context);
  }
}

/** A line each; none, and no word about it, where there is no configuration: somebody is typing. */
async function namesOf(kind: ConfigNames, { values }: Args, context: Context): Promise<string> {
  const found = findConfig(values.get('config'), context).unwrapOr(null);
  if (found === null) return '';
  const { configNames } = await import('../completion/config-names.js');
  return configNames(kind, found.path)
    .map((name) => `${name}\n`)
    .join('');
}
