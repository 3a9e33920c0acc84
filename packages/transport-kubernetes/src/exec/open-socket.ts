import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { WebSocket } from 'ws';
import { problem, type Problem } from '../failure.js';
import { credentialsOf } from './credentials.js';
import type { ExecPatience, ExecTarget } from './exec-target.js';
import { httpProblem, networkProblem, parseStatus } from './problem-tables.js';

/** Best first. What is older than v4 has no status. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** A server sends at most some ten KiB a frame; what is far above is none of ours to hold. */
const LARGEST_FRAME = 4 * 1024 * 1024;
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
): Promise<Result<WebSocket, Problem>> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) return err(problem('usage', 'the kubeconfig names no cluster for this context'));
  const url = execUrl(server, target, command);
  if (url === null) return err(problem('usage', `the kubeconfig has no usable server address: ${server}`));
  const options = await credentialsOf(config);
  if (options.isErr()) return err(options.error);
  const socket = new WebSocket(url, PROTOCOLS, {
    ...options.value,
    handshakeTimeout: patience.connect,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
    followRedirects: false,
  });
  return opened(socket);
}

function execUrl(server: string, target: ExecTarget, command: readonly string[]): string | null {
  if (!URL.canParse(server)) return null;
  const url = new URL(server);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const { namespace, pod, container } = target;
  const base = url.pathname.replace(/\/$/, '');
  url.pathname = `${base}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  for (const stream of ['stdin', 'stdout', 'stderr']) url.searchParams.set(stream, 'true');
  url.searchParams.set('container', container);
  for (const word of command) url.searchParams.append('command', word);
  return url.href;
}

function opened(socket: WebSocket): Promise<Result<WebSocket, Problem>> {
  return new Promise((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      void refusalOf(response).then((refused) => {
        request.destroy();
        resolve(err(refused));
      });
    });
    // Stays: an error without a listener would end the process. Later ones are followed by `close`.
    socket.on('error', (cause) => resolve(err(networkProblem(cause))));
    socket.once('open', () => {
      // What follows in the same packet would find nobody who listens.
      socket.pause();
      resolve(ok(socket));
    });
  });
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
