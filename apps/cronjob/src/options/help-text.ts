import { EXIT, EXIT_MEANINGS, wrap } from '@sessionkeep/runner/program';
import { OPTIONS, VARIABLES, type OptionSpec } from './options.js';

const WIDTH = 80;

/** What `--help` says. */
export function helpText(): string {
  const options = Object.entries<OptionSpec>(OPTIONS).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  return [
    'sessionkeep-cronjob: one backup, as a configuration has it, and its end',
    '',
    'usage: sessionkeep-cronjob [options]',
    '',
    'It logs to standard output, one JSON object a line.',
    '',
    'options:',
    ...options.flatMap(([name = '', help = '']) => entry(name, help, 28)),
    '',
    'environment (an address may be in a file that NAME_FILE names):',
    ...Object.entries(VARIABLES).flatMap(([name, help]) => entry(name, help, 30)),
    '',
    'exit codes:',
    ...Object.entries(EXIT_MEANINGS)
      .filter(isOfRuns)
      .map(([code, meaning]) => `  ${code.padEnd(4)}${meaning}`),
    '',
    'example:',
    '  sessionkeep-cronjob --config /etc/sessionkeep/sessionkeep.yaml \\',
    '    --verify-sample 2 --metrics-file /metrics/sessionkeep.prom',
    '',
  ].join('\n');
}

/** That something is overdue only `sessionkeep status` says. */
function isOfRuns([code]: readonly [string, string]): boolean {
  return Number(code) !== EXIT.stale;
}

function entry(name: string, help: string, indent: number): string[] {
  const lines = wrap(help, WIDTH - indent - 2);
  const fits = name.length < indent;
  const [first = '', ...rest] = lines;
  const margin = ' '.repeat(indent + 2);
  return fits
    ? [`  ${name.padEnd(indent)}${first}`, ...rest.map((line) => margin + line)]
    : [`  ${name}`, ...lines.map((line) => margin + line)];
}
