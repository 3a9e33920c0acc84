import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, type TestContext } from 'vitest';
import { COMMAND_NAMES, commandSpec } from '../src/args/command-table.js';
import { need, noProgram } from './helpers/needs.js';
import { Machine, MAIN } from './helpers/run-built.js';

const CAPTURE = fileURLToPath(new URL('helpers/complete.zsh', import.meta.url));
const CONFIG = `sources:
  mac: { type: local, path: ., repos: { home: -h, ops: { project: -o, aliases: [devops] } }, extras: [history, plans, $(x)] }
targets:
  nas: { type: local, path: ../nas }
  "$(touch evil)": { type: local, path: . }
`;

/** A folder to type in, with `sessionkeep` in the path. */
class Desk {
  readonly machine = new Machine();
  readonly cwd = this.machine.cwd;
  readonly #bin = join(this.machine.root, 'bin');

  constructor() {
    mkdirSync(this.#bin);
    const program = join(this.#bin, 'sessionkeep');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(program, 0o755);
    for (const folder of ['kept here', 'notes']) mkdirSync(join(this.cwd, folder));
    writeFileSync(join(this.cwd, 'sessionkeep.yaml'), CONFIG);
    writeFileSync(join(this.cwd, 'nightly.yaml'), 'targets: { tape: { type: local, path: /tape } }\n');
  }

  run(program: string, args: readonly string[]): string {
    const env = {
      PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`,
      HOME: this.machine.home,
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
    };
    return execFileSync(program, args, { cwd: this.cwd, env, encoding: 'utf8', timeout: 60_000 });
  }

  /** The script that the built CLI prints, in a file. */
  script(shell: string): string {
    const path = join(this.machine.root, `script.${shell}`);
    writeFileSync(path, this.run('sessionkeep', ['completion', shell]));
    return path;
  }
}

/** What a shell offers for a line that ends where the cursor is, sorted. */
type Shell = (desk: Desk, line: string) => string[];

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: (desk, line) => {
    // As readline breaks it: at blanks, and around each "=".
    const words = line.split(/\s+|(?==)|(?<==)/);
    const ask =
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sessionkeep; printf "%s\\n" "${COMPREPLY[@]}"';
    return lines(
      desk.run('bash', ['--norc', '-c', `${ask} 2>/dev/null`, 'bash', desk.script('bash'), ...words]),
    );
  },
  zsh: (desk, line) => lines(desk.run('zsh', ['-f', CAPTURE, desk.machine.root, desk.script('zsh'), line])),
  fish: (desk, line) => {
    const asked = 'source $argv[1]; complete -C$argv[2]';
    return lines(desk.run('fish', ['--no-config', '-c', asked, desk.script('fish'), line]));
  },
};

/** That a folder's name ends in a slash, or is quoted, or what it means stands beside it, is each shell's own business. */
function lines(text: string): string[] {
  const offered = text
    .split('\n')
    .map((line) => line.replace(/\t.*$/, '').replace(/\/$/, '').replaceAll('\\ ', ' '));
  return [...new Set(offered.filter((line) => line !== ''))].sort();
}

function needShell(context: TestContext, shell: string): void {
  need(context, noProgram(shell));
}

describe.each(Object.entries(SHELLS))('%s', (name, offers) => {
  const option = (of: readonly string[]): string[] => of.map((one) => `--${one}`).sort();

  test('has no mistakes', (context) => {
    needShell(context, name);
    const args = name === 'fish' ? ['--no-execute'] : ['-n'];
    const { status, stderr } = spawnSync(name, [...args, new Desk().script(name)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  test('commands', (context) => {
    needShell(context, name);
    const desk = new Desk();
    expect(offers(desk, 'sessionkeep ba')).toEqual(['backup']);
    expect(offers(desk, 'sessionkeep ').filter((word) => !word.startsWith('-'))).toEqual(
      [...COMMAND_NAMES].sort(),
    );
  });

  test('every option of a command, and no other', (context) => {
    needShell(context, name);
    const desk = new Desk();
    for (const command of ['backup', 'restore', 'version'] as const) {
      expect(offers(desk, `sessionkeep ${command} --`)).toEqual(
        option([...commandSpec(command).options, 'help']),
      );
    }
    expect(offers(desk, 'sessionkeep backup --json --dry')).toEqual(['--dry-run']);
  });

  test('words that an operand is one of', (context) => {
    needShell(context, name);
    const desk = new Desk();
    expect(offers(desk, 'sessionkeep completion ')).toEqual([
      'bash',
      'fish',
      'repos',
      'sources',
      'targets',
      'zsh',
    ]);
    expect(offers(desk, 'sessionkeep help ver')).toEqual(['verify', 'version']);
    expect(offers(desk, 'sessionkeep config ')).toEqual(['check', 'schema']);
    // Zsh then offers options, which nobody has begun.
    expect(offers(desk, 'sessionkeep cat ').filter((word) => !word.startsWith('-'))).toEqual([]);
  });

  test('names of the configuration, and folders beside them', (context) => {
    needShell(context, name);
    const desk = new Desk();
    expect(offers(desk, 'sessionkeep backup --to n')).toEqual(['nas', 'notes']);
    expect(offers(desk, 'sessionkeep backup --to=n').map((word) => word.replace('--to=', ''))).toEqual([
      'nas',
      'notes',
    ]);
    expect(offers(desk, 'sessionkeep backup --source ')).toEqual(['all', 'mac']);
    expect(offers(desk, 'sessionkeep ls --repo ')).toEqual([
      '_history',
      '_plans',
      'all',
      'devops',
      'home',
      'ops',
    ]);
    expect(offers(desk, 'sessionkeep backup --repo _h')).toEqual(['_history']);
    expect(offers(desk, 'sessionkeep backup --config nightly.yaml --to t')).toEqual(['tape']);
  });

  test('folders and files', (context) => {
    needShell(context, name);
    const desk = new Desk();
    expect(offers(desk, 'sessionkeep restore --into ')).toEqual(['kept here', 'notes']);
    expect(offers(desk, 'sessionkeep backup --config n')).toEqual(['nightly.yaml', 'notes']);
    expect(offers(desk, 'sessionkeep restore --at ')).toEqual([]);
  });

  test('nothing is said, and nothing offered, where the configuration cannot be read', (context) => {
    needShell(context, name);
    const desk = new Desk();
    writeFileSync(join(desk.cwd, 'sessionkeep.yaml'), 'sources: [');
    expect(offers(desk, 'sessionkeep backup --source ')).toEqual(['all']);
    expect(offers(desk, 'sessionkeep backup --config nowhere.yaml --source ')).toEqual(['all']);
  });
});
