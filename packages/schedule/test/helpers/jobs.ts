import type { Program, Schedule, WrittenSchedule } from '../../src/index.js';
import { parseSchedule } from '../../src/index.js';

export function scheduleOf(written: WrittenSchedule): Schedule {
  return parseSchedule(written)._unsafeUnwrap();
}

/** What every format means something by. */
export const NASTY = [
  'two words',
  '100%',
  '%h %%',
  '$HOME ${HOME} $$',
  'a "double" quote',
  "it's",
  'back\\slash\\n',
  '<&>"\'',
  ';',
  '#',
  '',
  'ümläut 🚀',
  '--opt=val',
  '`id` $(id)',
  ']]>',
  '*',
  '~',
  '&amp;',
];

export function programOf(changes: Partial<Program> = {}): Program {
  return {
    argv: ['/usr/bin/env', 'backup', '--config', '/home/anna/sessionkeep.yaml'],
    environment: {},
    jitterOption: '--jitter',
    ...changes,
  };
}
