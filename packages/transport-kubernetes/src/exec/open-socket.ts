import { createHash, randomBytes } from 'node:crypto';
import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { problem, type Problem } from '../failure.js';
import { credentialsOf } from './credentials.js';
import { ExecSocket } from './exec-socket.js';
import type { ExecPatience, ExecTarget } from './exec-target.js';
import { httpProblem, networkProblem, parseStatus } from './problem-tables.js';

/** Best first. What is older than v4 has no status. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** What a server puts behind the key that it was sent (RFC 6455, section 1.3). */
const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** As much of a refusal as is read. */
const LARGEST_REFUSAL = 64 * 1024;

/**
 * Begins a command in a container and gives the socket that carries its streams, paused before the first message. Uses what the
 * configuration has: certificates, tokens, plug-ins, proxies.
 */
export async function openSocket(
  config: KubeConfig,
  target: ExecTarget,
  command: readonly string[],
  patience: ExecPatience,
): Promise<Result<ExecSocket, Problem>> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) return err(problem('usage', 'the kubeconfig names no cluster for this context'));
  const url = execUrl(server, target, command);
  if (url === null) return err(problem('usage', `the kubeconfig has no usable server address: ${server}`));
  const options = await credentialsOf(config);
  if (options.isErr()) return err(options.error);
  try {
    const request = url.protocol === 'https:' ? requestSecure : requestPlain;
    return await upgraded(request(url, options.value), patience.connect);
  } catch (cause) {
    // A token, say, that no header can hold.
    return err(networkProblem(cause));
  }
}

function execUrl(server: string, target: ExecTarget, command: readonly string[]): URL | null {
  if (!URL.canParse(server)) return null;
  const url = new URL(server);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const { namespace, pod, container } = target;
  const base = url.pathname.replace(/\/$/, '');
  url.pathname = `${base}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  for (const stream of ['stdin', 'stdout', 'stderr']) url.searchParams.set(stream, 'true');
  url.searchParams.set('container', container);
  for (const word of command) url.searchParams.append('command', word);
  return url;
}

function upgraded(request: ClientRequest, wait: number): Promise<Result<ExecSocket, Problem>> {
  const key = randomBytes(16).toString('base64');
  request.setHeader('connection', 'Upgrade');
  request.setHeader('upgrade', 'websocket');
  request.setHeader('sec-websocket-key', key);
  request.setHeader('sec-websocket-protocol', PROTOCOLS.join(', '));
  request.setHeader('sec-websocket-version', '13');
  return new Promise((resolve) => {
    const late = setTimeout(() => request.destroy(new Error('the opening handshake has timed out')), wait);
    const settle = (result: Result<ExecSocket, Problem>): void => {
      clearTimeout(late);
      resolve(result);
    };
    request.on('error', (cause) => settle(err(networkProblem(cause))));
    request.on('response', (response) => {
      void refusalOf(response).then((refused) => {
        request.destroy();
        settle(err(refused));
      });
    });
    request.on('upgrade', (response, socket, head) => {
      const wrong = handshakeProblem(response, key);
      if (wrong !== null) {
        socket.destroy();
        settle(err(networkProblem(new Error(`the server's handshake is none of a WebSocket: ${wrong}`))));
        return;
      }
      socket.setTimeout(0);
      socket.setNoDelay();
      socket.pause();
      settle(ok(new ExecSocket(socket, head, response.headers['sec-websocket-protocol'] ?? '')));
    });
    request.end();
  });
}

function handshakeProblem({ headers }: IncomingMessage, key: string): string | null {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'it changes to another protocol';
  const accept = createHash('sha1').update(`${key}${ACCEPT}`).digest('base64');
  if (headers['sec-websocket-accept'] !== accept) return 'it does not answer the key that was sent';
  const protocol = headers['sec-websocket-protocol'] ?? 'none';
  return PROTOCOLS.includes(protocol) ? null : `its subprotocol is ${protocol.slice(0, 100)}`;
}

async function refusalOf(response: IncomingMessage): Promise<Problem> {
  let text = '';
  try {
    response.setEncoding('utf8');
    for await (const piece of response) {
      text += String(piece);
      if (text.length > LARGEST_REFUSAL) break;
    }
  } catch {
    // The code says enough.
  }
  return httpProblem(response.statusCode ?? 0, parseStatus(text)?.message ?? plainWords(text));
}

/** What a kubelet says through an older API server: a line of text. A page is a proxy's, and says nothing to people here. */
function plainWords(text: string): string {
  const [first = ''] = text.trim().split('\n');
  return first.startsWith('<') ? '' : first.slice(0, 500);
}
