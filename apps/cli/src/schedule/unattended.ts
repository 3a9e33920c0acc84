import { printable } from '@sessionkeep/core';
import { type Location, locationText, type SharedFolder } from '@sessionkeep/runner';
import { PASSWORD_VARIABLE } from '@sessionkeep/runner/program';
import { basename } from 'node:path';
import { isFleeting, type Host } from './host.js';

/** What works at a terminal and not at night, a sentence each. */
export function unattendedWarnings(
  locations: readonly Location[],
  scheduler: string,
  host: Host,
  { isDaemon = false } = {},
): string[] {
  const [node] = host.program;
  const program = host.program.at(-1) ?? '';
  const shares = locations.filter((location) => location.type === 'smb');
  return [
    ...new Set([
      ...shares.flatMap((share) => passwordWarning(share, scheduler, isDaemon)),
      ...(isFleeting(host)
        ? [
            `${program} lies in a cache that is emptied some day; install it: npm install --global sessionkeep`,
          ]
        : []),
      ...(/\/(?:Cellar|\.nvm|\.fnm|fnm|\.asdf|mise)\//.test(node)
        ? [`${node} is one version of Node, and gone with it; install the schedule again after an update`]
        : []),
    ]),
  ];
}

const INSTEAD = 'write password: { file: PATH } or { command: [PROGRAM, …] } into the configuration';

function passwordWarning(share: SharedFolder, scheduler: string, isDaemon: boolean): string[] {
  const { password: wish } = share;
  switch (wish.from) {
    case 'env':
      return [`${wish.at}: ${scheduler} does not set ${wish.name}, which your shell may; ${INSTEAD}`];
    case 'anywhere':
      return [
        `${locationText(share)}: nobody is there to type the password, and ${scheduler} does not set ${PASSWORD_VARIABLE}; ${INSTEAD}`,
      ];
    case 'command': {
      const [program = ''] = wish.command;
      if (isDaemon && basename(program) === 'security')
        return [
          `${wish.at}: your keychain is locked while you are not logged in, and a daemon runs then too; { file: PATH } is there always`,
        ];
      return /^(?:~?\/)/.test(program)
        ? []
        : [
            `${wish.at}: ${printable(program)} is looked for in the PATH of ${scheduler}, which is short; write its whole path`,
          ];
    }
    case 'file':
    case 'nobody':
      return [];
  }
}
