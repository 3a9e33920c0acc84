/** What columns and lines call what became of a file, where that is not the outcome's own name. */
const WORDS: Readonly<Record<string, string>> = {
  copied: 'new',
  appended: 'grown',
  superseded: 'rewritten',
  restamped: 'touched',
  retained: 'gone',
};

/** `new` for `copied`, `grown` for `appended`; most outcomes are called what they are. */
export function outcomeWord(outcome: string): string {
  return WORDS[outcome] ?? outcome;
}
