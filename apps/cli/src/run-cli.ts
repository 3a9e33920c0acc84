import { printable } from '@sessionkeep/core';
import { EXIT, type ExitCode, watchSignals, homeFolder } from '@sessionkeep/runner/program';
import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Args } from './args/args.js';
import type { CommandName } from './args/command-table.js';
import { parseArgs } from './args/parse-args.js';
import type { Context } from './context.js';
import { openScreen } from './render/screen.js';
import { openSink } from './render/sink.js';

interface CommandModule {
  readonly run: (args: Args, context: Context) => Promise<ExitCode>;
}

/** Each command is read from the disk only when it is called. */
const LOAD: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  backup: () => import('./commands/backup.js'),
  plan: () => import('./commands/plan.js'),
  verify: () => import('./commands/verify.js'),
  restore: () => import('./commands/restore.js'),
  ls: () => import('./commands/ls.js'),
  log: () => import('./commands/log.js'),
  cat: () => import('./commands/cat.js'),
  diff: () => import('./commands/diff.js'),
  status: () => import('./commands/status.js'),
  repair: () => import('./commands/repair.js'),
  unlock: () => import('./commands/unlock.js'),
  init: () => import('./commands/init.js'),
  config: () => import('./commands/config.js'),
  schedule: () => import('./commands/schedule.js'),
  doctor: () => import('./commands/doctor.js'),
  completion: () => import('./commands/completion.js'),
  help: () => import('./commands/help.js'),
  version: () => import('./commands/version.js'),
};

/** Runs a command line and gives the process's exit code. Never rejects. */
export async function runCli(argv: readonly string[], version: string): Promise<ExitCode> {
  const { env } = process;
  const stdout = openScreen(process.stdout, env);
  const stderr = openScreen(process.stderr, env);
  try {
    const parsed = parseArgs(argv);
    if (parsed.isErr()) {
      const { refuseCommandLine } = await import('./run/refuse-command-line.js');
      return refuseCommandLine(argv, parsed.error, stdout, stderr);
    }
    const args = parsed.value;
    const command = args.flags.has('help') ? 'help' : args.command;
    const module = await LOAD[command]();
    const signal = watchSignals((text) => stderr.write(stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`));
    const code = await module.run(args, {
      cwd: process.cwd(),
      env,
      home: homeFolder(env),
      hostname: hostname(),
      stdout,
      stderr,
      out: openSink(process.stdout),
      signal,
      now: Date.now,
      version,
    });
    // What could not be written is told in the turn after.
    await nextTurn();
    const failure = stdout.failure();
    if (failure === null || code !== EXIT.done) return code;
    stderr.write(`error: writing to standard output failed: ${failure}\n`);
    return EXIT.unexpected;
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    stderr.write(`sessionkeep failed in a way it should not: ${printable(error.message)}\n`);
    if ((env['SESSIONKEEP_DEBUG'] ?? '') !== '') stderr.write(`${error.stack ?? ''}\n`);
    else
      stderr.write(
        'Please report it, with what SESSIONKEEP_DEBUG=1 shows. What the archive has is unharmed.\n',
      );
    return EXIT.unexpected;
  }
}
