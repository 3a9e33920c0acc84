import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What came, whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What the receiver does with a request, once it has come whole. */
export type ReceiverAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** The body goes on and on, until the client goes away. */
      readonly endless?: boolean;
    }
  /** Never answers; the connection stays open. */
  | 'hang'
  /** Ends the connection without an answer, as a lost one. */
  | 'drop';

/** Where a {@link HttpReceiver} listens, and what it answers. */
export interface HttpReceiverOptions {
  /** 127.0.0.1 unless said otherwise; `0.0.0.0` for pods. */
  readonly host?: string;
  /** A free one unless said otherwise. */
  readonly port?: number;
  /** Makes it HTTPS: key and certificate in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** See {@link HttpReceiver.answer}. */
  readonly answer?: (request: ReceivedRequest, number: number) => ReceiverAnswer;
}

/** A running receiver. */
export interface HttpReceiver {
  /** `http://127.0.0.1:41234`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What has come so far, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** What is answered from now on, 200 and `OK` unless said otherwise; `number` counts requests from 1. */
  answer: (request: ReceivedRequest, number: number) => ReceiverAnswer;
  /** Resolves when so many requests have come, at once when they have. */
  received(count: number): Promise<void>;
  /** Ends all connections and takes no new ones. */
  close(): Promise<void>;
  /** Closes it, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a receiver.
 *
 * @example
 * await using receiver = await startHttpReceiver();
 * receiver.answer = (_, number) => (number === 1 ? 'drop' : { status: 200 });
 */
export async function startHttpReceiver(options: HttpReceiverOptions = {}): Promise<HttpReceiver> {
  const receiver = new Receiving(options);
  await receiver.listen();
  return receiver;
}

class Receiving implements HttpReceiver {
  readonly requests: ReceivedRequest[] = [];
  port = 0;
  answer: HttpReceiver['answer'];
  readonly #host: string;
  readonly #server;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(private readonly options: HttpReceiverOptions) {
    this.answer = options.answer ?? (() => ({ status: 200, body: 'OK' }));
    this.#host = options.host ?? '127.0.0.1';
    const take = (request: IncomingMessage, response: ServerResponse): void => this.#take(request, response);
    this.#server =
      options.tls === undefined ? createHttpServer(take) : createHttpsServer({ ...options.tls }, take);
  }

  async listen(): Promise<void> {
    const { port = 0 } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, this.#host, resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.options.tls === undefined ? 'http' : 'https'}://${this.#host}:${this.port}`;
  }

  async received(count: number): Promise<void> {
    if (this.requests.length >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks).toString() };
      const number = this.requests.push(received);
      reply(response, this.answer(received, number));
      const due = this.#waiting.filter(({ count }) => count <= number);
      this.#waiting = this.#waiting.filter(({ count }) => count > number);
      for (const { resolve } of due) resolve();
    });
  }
}

function reply(response: ServerResponse, answer: ReceiverAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body = '', endless = false } = answer;
  response.writeHead(status, headers);
  if (!endless) {
    response.end(body);
    return;
  }
  const more = (): void => {
    while (!response.destroyed && response.write('more and more\n'));
  };
  response.on('drain', more);
  response.write(body);
  more();
}
