import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { WebSocket } from 'ws';
import { CHANNEL, exitStatus, frame, noSuchProgram, type ApiStatus } from './exec-frames.js';
import { INPUT_CUT, type Misbehaviour } from './misbehaviour.js';

/** A command to be run for a client, and how. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly wants: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly folder: string;
  readonly path: string;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly misbehaviour: Misbehaviour | null;
  /** Told how many bytes of standard output are about to be sent. */
  readonly onOutput: (bytes: number) => void;
}

/** One that runs. */
export interface RunningExec {
  readonly ended: Promise<void>;
  /** The connection breaks. */
  disconnect(): void;
  /** The command is killed. */
  kill(): void;
}

/** How much may wait in the socket before the command has to wait. */
const HIGH_WATER = 1024 * 1024;

/** Runs a command and carries its streams over a WebSocket that has just been opened. */
export function runExec(socket: WebSocket, request: ExecRequest): RunningExec {
  const { command, folder, path, user } = request;
  const [program = 'sh', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { HOME: folder, PATH: path, SECRET: 'of the container' },
    stdio: 'pipe',
    // A group of its own, so that all of it can be ended.
    detached: true,
    ...user,
  });
  return new Exec(socket, child, request, program).start();
}

class Exec implements RunningExec {
  readonly ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  #sent = 0;
  #received = 0;
  /** Nothing is said any more. */
  #silent = false;
  #told = false;

  constructor(
    readonly socket: WebSocket,
    readonly child: ChildProcessWithoutNullStreams,
    readonly request: ExecRequest,
    readonly program: string,
  ) {
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  start(): this {
    const { socket, child, request } = this;
    if (request.misbehaviour?.kind === 'status-first') this.#tell(exitStatus(0));
    child.on('error', () => {
      this.#tell(noSuchProgram(this.program));
      this.#finish();
    });
    child.on('close', (code, signal) => {
      this.#tell(exitStatus(code ?? (signal === 'SIGKILL' ? 137 : 143)));
      this.#finish();
    });
    child.stdout.on('data', (bytes: Buffer) => this.#output(bytes));
    child.stderr.on('data', (bytes: Buffer) => {
      if (request.wants.stderr) this.#send(CHANNEL.stderr, bytes);
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    for (const event of ['drain', 'close']) child.stdin.on(event, () => this.socket.resume());
    socket.on('message', (data: Buffer) => this.#input(data));
    socket.on('ping', (data) => {
      if (!this.#silent) socket.pong(data);
    });
    // As a kubelet has it: the command itself is not ended, but nobody talks to it any more.
    socket.on('close', () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    });
    if (!request.wants.stdin) child.stdin.end();
    this.#reached(0);
    return this;
  }

  disconnect(): void {
    this.socket.terminate();
  }

  kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  #input(data: Buffer): void {
    const channel = data[0];
    const { stdin } = this.child;
    if (channel === CHANNEL.close && this.socket.protocol.startsWith('v5') && data[1] === CHANNEL.stdin) {
      stdin.end();
    }
    if (channel !== CHANNEL.stdin || !stdin.writable) return;
    const bytes = data.subarray(1);
    const { misbehaviour } = this.request;
    const limit = misbehaviour?.kind === 'cut-input' ? (misbehaviour.after ?? INPUT_CUT) : Infinity;
    const taken = bytes.subarray(0, Math.max(0, limit - this.#received));
    this.#received += bytes.length;
    // Heard by the two listeners of the start.
    if (taken.length > 0 && !stdin.write(taken)) this.socket.pause();
  }

  #output(bytes: Buffer): void {
    if (!this.request.wants.stdout) return;
    const { misbehaviour } = this.request;
    const at = misbehaviour !== null && 'after' in misbehaviour ? (misbehaviour.after ?? 0) : Infinity;
    const turning = misbehaviour?.kind === 'cut-input' ? Infinity : at - this.#sent;
    if (turning >= bytes.length) {
      this.#pass(bytes);
      this.#reached(this.#sent);
      return;
    }
    const split = Math.max(0, turning);
    if (split > 0) this.#pass(bytes.subarray(0, split));
    if (turning >= 0) this.#reached(this.#sent);
    let rest = bytes.subarray(split);
    if (misbehaviour?.kind === 'lose-middle') {
      const lost = Math.max(0, Math.min(rest.length, misbehaviour.after + misbehaviour.bytes - this.#sent));
      this.#sent += lost;
      rest = rest.subarray(lost);
    }
    if (rest.length > 0) this.#pass(rest);
  }

  /** Does what is to be done wrong once so many bytes have passed. */
  #reached(sent: number): void {
    const { misbehaviour } = this.request;
    if (misbehaviour === null || !('after' in misbehaviour || misbehaviour.kind === 'stall')) return;
    if (this.#silent || sent !== (misbehaviour.after ?? 0)) return;
    switch (misbehaviour.kind) {
      case 'lose-output':
        this.#tell(exitStatus(0));
        this.#silent = true;
        this.socket.close(1000);
        break;
      case 'disconnect':
        this.#silent = true;
        this.socket.terminate();
        break;
      case 'stall':
        this.#silent = true;
        break;
      case 'kill':
        this.kill();
        break;
      case 'early-status':
        this.#tell(exitStatus(0));
        break;
      default:
    }
  }

  #pass(bytes: Buffer): void {
    this.#sent += bytes.length;
    this.request.onOutput(bytes.length);
    const kind = this.request.misbehaviour?.kind;
    if (kind === 'noise') this.#send(CHANNEL.stderr, Buffer.from('warning: \x1b[31mnoise\x07\n'));
    if (kind === 'crumbs') {
      for (const byte of bytes) {
        this.#send(CHANNEL.stdout, Buffer.of(byte));
        if (byte % 16 === 0) this.#send(CHANNEL.stdout, Buffer.alloc(0));
      }
      return;
    }
    this.#send(CHANNEL.stdout, bytes);
  }

  #send(channel: number, bytes: Uint8Array): void {
    const { socket, child } = this;
    if (this.#silent || socket.readyState !== socket.OPEN) return;
    socket.send(frame(channel, bytes), () => {
      if (socket.bufferedAmount < HIGH_WATER) child.stdout.resume();
    });
    if (socket.bufferedAmount > HIGH_WATER) child.stdout.pause();
  }

  #tell(status: ApiStatus): void {
    if (this.#told) return;
    this.#told = true;
    this.#send(CHANNEL.status, Buffer.from(JSON.stringify(status)));
  }

  #finish(): void {
    if (!this.#silent) this.socket.close(1000);
    this.#resolveEnded();
  }
}
