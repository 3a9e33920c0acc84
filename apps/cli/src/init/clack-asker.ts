import {
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  outro,
  select,
  text,
  type CANCEL_SYMBOL,
  type Option,
} from '@clack/prompts';
import { keepError, printable, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Asker, Choice } from './asker.js';

/** Columns that a list keeps for itself: its line, its mark, and ten for the codes of a colour, which it counts as columns. */
const MARGIN = 16;

/** Asks at the terminal. */
export function clackAsker(columns: () => number, signal: AbortSignal): Asker {
  return {
    begin: (title) => intro(title),
    text: ({ message, initial = '', check }) =>
      answer(
        text({
          message: lines(message),
          signal,
          initialValue: initial,
          validate: (typed) => {
            const problem = check(typed ?? '');
            return problem === null ? undefined : printable(problem);
          },
        }),
      ),
    one: async (message, choices) => {
      const chosen = await answer(
        select({ message: lines(message), signal, options: choices.map(asOption) }),
      );
      return chosen.map(({ value }) => value);
    },
    some: async (message, choices, { ticked, none = false }) => {
      const chosen = await answer(
        multiselect({
          message: lines(message),
          signal,
          options: choices.map(asOption),
          initialValues: ticked ? [...choices] : [],
          required: !none,
        }),
      );
      // In the order of the list, not of the ticks.
      return chosen.map((all) => choices.filter((choice) => all.includes(choice)).map(({ value }) => value));
    },
    confirm: (message) => answer(confirm({ message: lines(message), signal })),
    say: (said) => log.message(said.map(printable)),
    end: (line) => outro(printable(line)),
    width: () => columns() - MARGIN,
  };
}

function asOption<T>(choice: Choice<T>): Option<Choice<T>> {
  const { label, about, problem = null } = choice;
  const hint = problem ?? about;
  const more = { disabled: problem !== null, ...(hint !== undefined && { hint: printable(hint) }) };
  return { value: choice, label: printable(label), ...more };
}

function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

async function answer<T>(asked: Promise<T | typeof CANCEL_SYMBOL>): Answer<T> {
  const given = await asked;
  return isCancel(given) ? err(keepError('aborted', 'ask', 'nothing was written')) : ok(given);
}
