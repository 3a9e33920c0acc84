/** The commands of SMB2 (MS-SMB2 2.2.1.2). */
export const Command = {
  negotiate: 0,
  sessionSetup: 1,
  logoff: 2,
  treeConnect: 3,
  treeDisconnect: 4,
  create: 5,
  close: 6,
  flush: 7,
  read: 8,
  write: 9,
  lock: 10,
  ioctl: 11,
  cancel: 12,
  echo: 13,
  queryDirectory: 14,
  changeNotify: 15,
  queryInfo: 16,
  setInfo: 17,
  oplockBreak: 18,
} as const;

export type Command = (typeof Command)[keyof typeof Command];

const NAMES = new Map<number, string>(Object.entries(Command).map(([name, command]) => [command, name]));

/** The name of a command for messages and logs. */
export function commandName(command: Command): string {
  return NAMES.get(command) ?? `command ${command}`;
}

export function isCommand(value: number): value is Command {
  return NAMES.has(value);
}
