import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { failureStatus, type ApiStatus } from './exec-frames.js';
import type { ExecProtocol, ExecServer, ExecServerOptions, ServedPod } from './exec-server-options.js';
import type { Misbehaviour } from './misbehaviour.js';
import { answerRest, forbidden, namespaceOf, type ApiState } from './rest.js';
import { runExec, type RunningExec } from './run-exec.js';
import { layOut, type Programs } from './userland.js';

/** The server knows one user. Who brings no token is him too, since kubectl keeps its own to itself over plain HTTP. */
const TOKEN = 'token-of-the-test';

/**
 * Starts an API server on loopback that can do one thing well, which is exec over WebSocket (v4 and v5), and can do it badly on
 * demand. Commands are real: they run on this machine, in `folder`.
 *
 * @example
 * await using server = await startExecServer({ folder: '/tmp/pod', misbehaviour: { kind: 'disconnect', after: 100_000 } });
 */
export async function startExecServer(options: ExecServerOptions): Promise<ExecServer> {
  const server = new Serving(options, layOut(options.userland ?? { kind: 'machine' }));
  await server.listen();
  return server;
}

class Serving implements ExecServer {
  readonly requests: string[] = [];
  execs = 0;
  bytesOut = 0;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #running = new Set<RunningExec>();
  #pods: readonly ServedPod[];
  #misbehaviour: Misbehaviour | null;
  #times = Infinity;

  constructor(
    readonly options: ExecServerOptions,
    readonly programs: Programs,
  ) {
    const protocols = options.protocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
    this.#pods = options.pods ?? [{ name: 'pod' }];
    this.#misbehaviour = options.misbehaviour ?? null;
    this.#sockets = new WebSocketServer({
      noServer: true,
      autoPong: false,
      perMessageDeflate: false,
      handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
    });
    this.#http = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { code, body: answer } = this.#rest(request, body);
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, protocols));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get kubeconfig(): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [
        {
          name: 'test',
          // Without it the JavaScript client refuses plain HTTP.
          cluster: { server: `http://127.0.0.1:${this.port}`, 'insecure-skip-tls-verify': true },
        },
      ],
      users: [{ name: 'tester', user: { token: TOKEN } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester', namespace: 'default' } }],
    });
  }

  misbehave(misbehaviour: Misbehaviour | null, times = Infinity): void {
    this.#misbehaviour = misbehaviour;
    this.#times = times;
  }

  setPods(pods: readonly ServedPod[]): void {
    this.#pods = pods;
  }

  running(): number {
    return this.#running.size;
  }

  disconnect(): void {
    for (const exec of this.#running) exec.disconnect();
  }

  kill(): void {
    for (const exec of this.#running) exec.kill();
  }

  async stop(): Promise<void> {
    const ended = [...this.#running].map((exec) => exec.ended);
    this.kill();
    await Promise.all(ended);
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    this.programs.remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #rest(request: IncomingMessage, body: string): { code: number; body: unknown } {
    const refusal = this.#note(request);
    if (refusal !== null) return { code: refusal.code ?? 500, body: refusal };
    return answerRest(this.#state(), request.method ?? '', urlOf(request), body);
  }

  #state(): ApiState {
    const { workloads = [], denied = () => false } = this.options;
    return { pods: this.#pods, workloads, denied };
  }

  #note(request: IncomingMessage): ApiStatus | null {
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { authorization = `Bearer ${TOKEN}` } = request.headers;
    return authorization === `Bearer ${TOKEN}` ? null : failureStatus(401, 'Unauthorized', 'Unauthorized');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, protocols: readonly ExecProtocol[]): void {
    const url = urlOf(request);
    const misbehaviour = this.#nextMisbehaviour();
    const refusal = this.#note(request) ?? this.#refusal(url, misbehaviour) ?? unspoken(request, protocols);
    if (refusal !== null) return refuse(socket, refusal);
    this.#sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
      const { user } = this.options;
      const wants = (name: string): boolean =>
        url.searchParams.get(name) === 'true' || url.searchParams.get(name) === '1';
      this.execs++;
      const exec = runExec(opened, {
        command: url.searchParams.getAll('command'),
        wants: { stdin: wants('stdin'), stdout: wants('stdout'), stderr: wants('stderr') },
        folder: this.#podOf(url)?.folder ?? this.options.folder,
        path: this.programs.path,
        user,
        misbehaviour,
        onOutput: (bytes) => (this.bytesOut += bytes),
      });
      this.#running.add(exec);
      void exec.ended.then(() => this.#running.delete(exec));
    });
  }

  #podOf(url: URL): ServedPod | undefined {
    const asked = askedFor(url);
    return this.#pods.find((one) => one.name === asked?.name && namespaceOf(one) === asked.namespace);
  }

  #nextMisbehaviour(): Misbehaviour | null {
    if (this.#times <= 0) return null;
    this.#times--;
    return this.#misbehaviour;
  }

  /** Why the API would let no exec begin here. */
  #refusal(url: URL, misbehaviour: Misbehaviour | null): ApiStatus | null {
    if (misbehaviour?.kind === 'refuse')
      return failureStatus(misbehaviour.status, 'Refused', misbehaviour.message);
    const asked = askedFor(url);
    if (asked === null)
      return failureStatus(404, 'NotFound', 'the server could not find the requested resource');
    const { namespace, name } = asked;
    const attributes = { namespace, verb: 'get', group: '', resource: 'pods', subresource: 'exec' };
    if (this.options.denied?.(attributes) === true) return forbidden(attributes);
    const pod = this.#podOf(url);
    if (pod === undefined) return failureStatus(404, 'NotFound', `pods "${name}" not found`);
    const { containers = ['main'], phase = 'Running' } = pod;
    const container = url.searchParams.get('container') ?? containers[0] ?? '';
    if (!containers.includes(container)) {
      return failureStatus(400, 'BadRequest', `container ${container} is not valid for pod ${name}`);
    }
    if (phase !== 'Running') {
      return failureStatus(
        500,
        'InternalError',
        `Internal error occurred: container not found ("${container}")`,
      );
    }
    return null;
  }
}

/** Which pod an exec is to be in; null for what is none. */
function askedFor(url: URL): { readonly namespace: string; readonly name: string } | null {
  const asked = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/.exec(url.pathname);
  return asked === null ? null : { namespace: asked[1] ?? '', name: asked[2] ?? '' };
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://127.0.0.1');
}

/** Why a client that offers these subprotocols cannot be talked to. */
function unspoken(request: IncomingMessage, protocols: readonly ExecProtocol[]): ApiStatus | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  if (protocols.some((protocol) => offered.includes(protocol))) return null;
  return failureStatus(400, 'BadRequest', `unable to upgrade: none of ${offered.join()} is spoken here`);
}

function refuse(socket: Duplex, status: ApiStatus): void {
  const body = JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${status.code ?? 500} Refused\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
