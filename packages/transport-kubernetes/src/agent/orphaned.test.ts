import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noBusyBox } from '@sessionkeep/testkit/exec-server';
import { describe, expect, it } from 'vitest';
import { agentScript, sessionCommand } from './agent-script.js';
import { encodeList } from './words.js';

const KEY = 'k'.repeat(32);
const NONCE = '0123456789abcdef0123456789abcdef';

const leftOut = (obstacle: string | null): boolean => obstacle !== null && process.env['CI'] !== 'true';

/** Why what a session has left cannot be told; null when it can. */
const noProc = process.platform === 'linux' ? null : 'there is no /proc';
const SHELLS = [
  { name: 'the shell of this machine', shell: ['sh'], obstacle: noProc },
  { name: 'BusyBox', shell: ['busybox', 'sh'], obstacle: noProc ?? noBusyBox() },
] as const;

/** The command lines of the processes of a session. */
function sessionOf(leader: number): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const facts = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return Number(facts[3]) === leader && facts[0] !== 'Z' ? [line] : [];
    } catch {
      return [];
    }
  });
}

describe.each(SHELLS)('a session in $name whose output nobody takes', ({ shell, obstacle }) => {
  it.skipIf(leftOut(obstacle))('ends with its input, and all that it runs with it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'agent-'));
    writeFileSync(join(root, 'large'), '');
    truncateSync(join(root, 'large'), 50_000_000);
    const [program = '', ...args] = [
      ...shell,
      ...sessionCommand(NONCE, 0).slice(1, 2),
      agentScript(KEY, 0),
      NONCE,
    ];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const pid = child.pid ?? 0;
    const ended = once(child, 'exit');
    const list = encodeList(['./large']);
    child.stdin.write(`${KEY} open ${root}\n${KEY} cat ${list.length}\n`);
    child.stdin.write(list);
    await expect.poll(() => sessionOf(pid).some((line) => line.includes('cat ./large'))).toBe(true);
    child.stdin.end();
    await ended;
    await expect.poll(() => sessionOf(pid)).toEqual([]);
    child.stdout.destroy();
    rmSync(root, { recursive: true });
  });
});
