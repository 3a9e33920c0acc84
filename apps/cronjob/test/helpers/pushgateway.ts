import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A real Pushgateway on a free port, gone when the test is. */
export async function startPushgateway(...flags: string[]): Promise<string> {
  const args = ['--web.listen-address=127.0.0.1:0', '--persistence.file=', ...flags];
  const server = spawn('prometheus-pushgateway', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    if (server.exitCode === null && server.kill('SIGKILL')) await ended;
  });
  let told = '';
  for await (const line of createInterface(server.stderr)) {
    told += `${line}\n`;
    const [, address] = /"?Listening on"? address=(\S+)/.exec(line) ?? [];
    if (address === undefined) continue;
    // It would stop at a full pipe.
    server.stderr.resume();
    return `http://${address}`;
  }
  throw new Error(`the Pushgateway did not start:\n${told}`);
}

/** Samples it shows, `name{labels} value` each, without its own and those of the process. */
export async function shownBy(gateway: string, headers: Record<string, string> = {}): Promise<string[]> {
  const response = await fetch(`${gateway}/metrics`, { headers });
  const lines = (await response.text()).split('\n');
  return lines.filter((line) => line.startsWith('sessionkeep_'));
}
