import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { findProgram } from '../samba/programs.js';
import type { ExecProtocol, ExecServer, ExecServerOptions } from './exec-server-options.js';
import { startExecServer } from './start-exec-server.js';
import { noBusyBox } from './userland.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exec-server-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = (options: Partial<ExecServerOptions> = {}): Promise<ExecServer> =>
  startExecServer({ folder, ...options });

/** Under `CI=true` nothing is left out: it fails there. */
const leftOut = (obstacle: string | null): boolean => obstacle !== null && process.env['CI'] !== 'true';

const ALL = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** What came of one exec, by channel. */
interface Seen {
  readonly protocol: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: { status?: string; message?: string; details?: unknown } | null;
  readonly code: number;
  readonly order: readonly number[];
  readonly sizes: readonly number[];
}

function headers(server: ExecServer): { headers: Record<string, string> } {
  const { users } = JSON.parse(server.kubeconfig) as { users: [{ user: { token: string } }] };
  return { headers: { authorization: `Bearer ${users[0].user.token}` } };
}

function open(
  server: ExecServer,
  command: readonly string[],
  offered: readonly ExecProtocol[] = ALL,
): WebSocket {
  const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
  for (const name of ['stdin', 'stdout', 'stderr']) query.set(name, 'true');
  const url = `ws://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/pod/exec?${query.toString()}`;
  return new WebSocket(url, [...offered], headers(server));
}

async function talk(socket: WebSocket, input: readonly Buffer[] = []): Promise<Seen> {
  const channels = new Map<number, Buffer[]>();
  const order: number[] = [];
  const sizes: number[] = [];
  socket.on('message', (data: Buffer) => {
    const channel = data[0] ?? -1;
    order.push(channel);
    sizes.push(data.length - 1);
    channels.set(channel, [...(channels.get(channel) ?? []), data.subarray(1)]);
  });
  socket.on('open', () => input.forEach((message) => socket.send(message)));
  const code = await new Promise<number>((resolve, reject) => {
    socket.on('close', resolve);
    socket.on('error', reject);
  });
  const text = (channel: number): string => Buffer.concat(channels.get(channel) ?? []).toString();
  const status = text(3) === '' ? null : (JSON.parse(text(3)) as Seen['status']);
  return { protocol: socket.protocol, stdout: text(1), stderr: text(2), status, code, order, sizes };
}

const run = (server: ExecServer, script: string, input: readonly Buffer[] = []): Promise<Seen> =>
  talk(open(server, ['sh', '-c', script]), input);

describe('exec', () => {
  it('runs a command in its folder and says how it ended, output apart from errors', async () => {
    await using server = await start();
    writeFileSync(join(folder, 'file'), 'content');
    const seen = await run(server, 'cat file; echo no >&2; exit 3');
    expect(seen).toMatchObject({ stdout: 'content', stderr: 'no\n', code: 1000, protocol: ALL[0] });
    expect(seen.status).toMatchObject({ status: 'Failure', details: { causes: [{ message: '3' }] } });
    expect((await run(server, 'echo fine')).status).toMatchObject({ status: 'Success' });
    expect(server.execs).toBe(2);
  });

  it('speaks what both do, and ends input only over v5', async () => {
    await using server = await start();
    const input = [Buffer.from('\0typed'), Buffer.of(255, 0)];
    const five = await talk(open(server, ['cat'], ['v5.channel.k8s.io']), input);
    expect(five).toMatchObject({ stdout: 'typed', protocol: 'v5.channel.k8s.io' });
    const four = open(server, ['sh', '-c', 'read line; echo "$line"; cat'], ['v4.channel.k8s.io']);
    four.on('message', (data: Buffer) => {
      if (data.includes('line one')) server.disconnect();
    });
    const seen = await talk(four, [Buffer.from('\0line one\n'), Buffer.of(255, 0)]);
    expect(seen).toMatchObject({ stdout: 'line one\n', code: 1006, protocol: 'v4.channel.k8s.io' });
  });

  it('says so when there is no such program, as an image without a shell does', async () => {
    await using server = await start({ userland: { kind: 'machine', only: [] } });
    const seen = await run(server, 'true');
    expect(seen.status?.message).toContain('exec: "sh": executable file not found');
  });

  it.skipIf(leftOut(noBusyBox()))('runs BusyBox, all of it or a part', async () => {
    await using whole = await start({ userland: { kind: 'busybox' } });
    expect((await run(whole, 'stat --help')).stderr).toContain('BusyBox');
    await using part = await start({ userland: { kind: 'busybox', only: ['sh', 'cat'] } });
    expect((await run(part, 'find .')).status?.details).toMatchObject({ causes: [{ message: '127' }] });
  });

  it('waits for a client that does not read', async () => {
    await using server = await start();
    const socket = open(server, ['sh', '-c', 'head -c 50000000 /dev/zero; echo done > done']);
    socket.once('message', () => socket.pause());
    const ended = talk(socket);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.running()).toBe(1);
    socket.resume();
    expect((await ended).stdout).toHaveLength(50_000_000);
  });

  it('refuses whom it does not know, and what there is not', async () => {
    await using server = await start({ denied: ({ subresource }) => subresource === 'exec' });
    await expect(talk(open(server, ['true']))).rejects.toThrow('403');
    const wrong = { headers: { authorization: 'Bearer other' } };
    const url = `ws://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/other/exec`;
    await expect(talk(new WebSocket(url, [...ALL], wrong))).rejects.toThrow('401');
    await expect(talk(new WebSocket(url, ['v1.channel.k8s.io'], headers(server)))).rejects.toThrow(/40[034]/);
  });
});

describe('misbehaving', () => {
  const SCRIPT = 'head -c 300000 /dev/zero';

  it('loses the end of the output and says Success', async () => {
    await using server = await start({ misbehaviour: { kind: 'lose-output', after: 123_456 } });
    const seen = await run(server, SCRIPT);
    expect(seen.stdout).toHaveLength(123_456);
    expect(seen).toMatchObject({ code: 1000, status: { status: 'Success' } });
  });

  it('loses some in the middle', async () => {
    await using server = await start({ misbehaviour: { kind: 'lose-middle', after: 100_000, bytes: 7 } });
    const seen = await run(server, SCRIPT);
    expect(seen.stdout).toHaveLength(299_993);
    expect(seen.status).toMatchObject({ status: 'Success' });
  });

  it('breaks the connection', async () => {
    await using server = await start({ misbehaviour: { kind: 'disconnect', after: 70_000 } });
    const seen = await run(server, SCRIPT);
    expect(seen).toMatchObject({ code: 1006, status: null });
    expect(seen.stdout.length).toBeLessThanOrEqual(70_000);
  });

  it('says Success before there is anything', async () => {
    await using server = await start({ misbehaviour: { kind: 'status-first' } });
    const seen = await run(server, `${SCRIPT}; exit 4`);
    expect(seen.order[0]).toBe(3);
    expect(seen).toMatchObject({ status: { status: 'Success' } });
    expect(seen.stdout).toHaveLength(300_000);
  });

  it('kills the command', async () => {
    await using server = await start({ misbehaviour: { kind: 'kill', after: 1000 } });
    const seen = await run(server, `${SCRIPT}; sleep 100`);
    expect(seen.status?.details).toMatchObject({ causes: [{ message: '137' }] });
  });

  it('cuts input where containerd was seen to', async () => {
    await using server = await start({ misbehaviour: { kind: 'cut-input' } });
    const piece = Buffer.concat([Buffer.of(0), Buffer.alloc(50_000)]);
    const seen = await run(server, 'wc -c', [piece, piece, piece, piece, piece, Buffer.of(255, 0)]);
    expect(seen.stdout.trim()).toBe('196608');
  });

  it('sends crumbs, empty frames among them, and noise', async () => {
    await using server = await start({ misbehaviour: { kind: 'crumbs' } });
    const seen = await run(server, 'head -c 5000 /dev/zero');
    expect(Math.max(...seen.sizes.slice(0, -1))).toBe(1);
    expect(seen.sizes).toContain(0);
    expect(seen.stdout).toHaveLength(5000);
    server.misbehave({ kind: 'noise' }, 1);
    expect((await run(server, SCRIPT)).stderr).toContain('noise');
    expect((await run(server, SCRIPT)).stderr).toBe('');
  });

  it('stalls, for pings too, until the client has had enough', async () => {
    await using server = await start({ misbehaviour: { kind: 'stall', after: 10 } });
    const socket = open(server, ['sh', '-c', SCRIPT]);
    let pongs = 0;
    socket.on('pong', () => pongs++);
    socket.on('message', () => {
      socket.ping();
      setTimeout(() => socket.terminate(), 200);
    });
    expect((await talk(socket)).stdout).toHaveLength(10);
    expect(pongs).toBe(0);
  });
});

const noKubectl = findProgram('kubectl') === null ? 'kubectl is not installed' : null;
describe.skipIf(leftOut(noKubectl))(
  `kubectl ${noKubectl === null ? '' : `[NOT TESTED HERE: ${noKubectl}]`}`,
  () => {
    const kubectl = (
      server: ExecServer,
      ...args: readonly string[]
    ): Promise<{ code: number; stdout: string }> => {
      const config = join(folder, 'kubeconfig');
      writeFileSync(config, server.kubeconfig);
      return new Promise((resolve) => {
        const child = execFile(
          findProgram('kubectl') ?? '',
          ['--kubeconfig', config, '--cache-dir', join(folder, 'cache'), ...args],
          (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }),
        );
        child.stdin?.end('typed');
      });
    };

    it('execs here as on a cluster, input and exit code included', async () => {
      await using server = await start();
      expect(await kubectl(server, 'exec', '-i', 'pod', '--', 'cat')).toEqual({ code: 0, stdout: 'typed' });
      expect(await kubectl(server, 'exec', 'pod', '--', 'sh', '-c', 'exit 7')).toMatchObject({ code: 7 });
      expect(server.requests.some((request) => request.includes('/exec?'))).toBe(true);
    });
  },
);
