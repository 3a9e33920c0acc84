import { expect, test } from 'vitest';
import { COMMAND_NAMES, commandSpec } from './command-table.js';
import { commandHelp, overview } from './help-text.js';
import { parseArgs } from './parse-args.js';

test('every command is in the overview', () => {
  for (const name of COMMAND_NAMES) expect(overview()).toContain(`\n  ${name} `);
});

test.each(COMMAND_NAMES)(
  'the help of %s names every option, fits 80 columns, and its examples parse',
  (name) => {
    const help = commandHelp(name);
    for (const option of commandSpec(name).options) expect(help).toContain(`--${option}`);
    for (const line of [...help.split('\n'), ...overview().split('\n')])
      expect(line.length).toBeLessThanOrEqual(80);
    for (const [line] of commandSpec(name).examples) {
      const [own = ''] = line.split(' | ');
      expect(parseArgs(own.split(' ').slice(1)).isOk()).toBe(true);
    }
  },
);
