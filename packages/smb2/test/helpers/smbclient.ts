import { spawn } from 'node:child_process';
import type { Samba } from '@sessionkeep/testkit/samba';
import type { TestContext } from 'vitest';
import { spawnSync } from 'node:child_process';
import { needSamba } from '@sessionkeep/testkit/samba';

/** Ends a test where there is no Samba, or no smbclient; see {@link needSamba}. */
export function needSmbclient(context: TestContext): void {
  needSamba(context);
  if (spawnSync('smbclient', ['--version'], { stdio: 'ignore' }).status === 0) return;
  const obstacle = 'smbclient is not installed (Debian: apt-get install smbclient)';
  if (process.env['CI'] === 'true') throw new Error(`cannot be tested here: ${obstacle}`);
  context.skip(obstacle);
}

/**
 * Runs smbclient's commands on the share `share`, one a line, in `folder`. They come by its input: on the command
 * line it would part them at every `;`, those in names too. Throws what it prints where that names a status.
 */
export async function smbclient(
  samba: Samba,
  folder: string,
  commands: readonly string[],
  ...more: string[]
) {
  const args = [`//${samba.host}/share`, '-p', String(samba.port), '-A', samba.authFile, ...more];
  const child = spawn('smbclient', args, { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  child.stdin.end(`${commands.join('\n')}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  if (/NT_STATUS|does not exist|not found/.test(printed)) throw new Error(printed);
  return printed;
}
