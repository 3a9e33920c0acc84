import { printable } from '@sessionkeep/core';
import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { OptionName } from '../args/options.js';
import { shellWord } from '../render/shell-word.js';

/** What a plan came to as a whole. */
export function planSentence(code: ExitCode): string {
  if (code === EXIT.done) return 'Nothing was backed up: this is a plan.';
  if (code === EXIT.interrupted) return 'Interrupted.';
  return 'Nothing was backed up: this is a plan, and not all of it would go well.';
}

/** What the command line that carries a plan out must name again: a plan itself never says where anything is. */
const PLACES: readonly OptionName[] = ['config', 'from', 'to', 'source'];

/** How to do what was planned. */
export function nextLines(args: Args, savedAs: string | null): string[] {
  const places = PLACES.flatMap((name) => {
    const value = args.values.get(name);
    return value === undefined ? [] : [`--${name}`, shellWord(value)];
  });
  const how =
    savedAs === null ? 'To do exactly this, save it with --out FILE, then:' : 'This does exactly that:';
  const rebind = args.flags.has('rebind') ? ['--rebind'] : [];
  const words = [savedAs === null ? 'FILE' : shellWord(savedAs), ...places, ...rebind];
  return [how, printable(`  sessionkeep backup --plan ${words.join(' ')}`)];
}
