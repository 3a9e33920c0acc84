import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Lane } from './lane.js';
import { LanePlan } from './lane-plan.js';
import type { Direction, ProxyFault } from './proxy-fault.js';

const HOST = '127.0.0.1';

/** Where a {@link FaultProxy} leads, and how slow it is. */
export interface FaultProxyOptions {
  /** Where connections are led to. */
  readonly to: { readonly host: string; readonly port: number };
  /** See {@link FaultProxy.setFaults}. */
  readonly faults?: readonly ProxyFault[];
  /**
   * How long a question and its answer are on their way together: half of it each way, however much is on its way at
   * once. Exact to about a millisecond each way.
   */
  readonly roundTripMilliseconds?: number;
}

/** What has come in one direction over all connections, whether it was passed on or not. */
export interface Traffic {
  readonly bytes: number;
  /** How many messages have begun; it means something for protocols that frame them as {@link Place} says. */
  readonly messages: number;
}

/** A running proxy. */
export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  readonly traffic: Readonly<Record<Direction, Traffic>>;
  /** How many connections there have been. */
  readonly connections: number;

  /** The faults of connections made from now on. Of several cuts and freezes of a direction the first to come happens. */
  setFaults(faults: readonly ProxyFault[]): void;

  /** Passes nothing on in that direction, on any connection, old or new. */
  freeze(direction: Direction): void;

  /** Passes on what was held since a freeze, and what comes. */
  thaw(direction: Direction): void;

  /** Ends all connections there are, as lost ones, or (`end`) as closed ones. */
  cut(how?: 'reset' | 'end'): void;

  /** Ends all connections and takes no new ones. */
  close(): Promise<void>;

  /** Closes it, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a proxy on a free port of loopback.
 *
 * @example
 * const to = { host: '127.0.0.1', port: 445 };
 * await using proxy = await startFaultProxy({ to, faults: [{ kind: 'cut', direction: 'down', at: { message: 3 } }] });
 * // A client of proxy.port asks three times, and is answered twice.
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new ProxyServer(options);
  await proxy.listen();
  return proxy;
}

class ProxyServer implements FaultProxy {
  readonly host = HOST;
  readonly traffic = { up: { bytes: 0, messages: 0 }, down: { bytes: 0, messages: 0 } };
  port = 0;
  connections = 0;
  readonly #options: FaultProxyOptions;
  readonly #server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  readonly #live = new Set<Connection>();
  readonly #frozen = new Set<Direction>();
  #faults: readonly ProxyFault[];

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#faults = options.faults ?? [];
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, HOST, () => {
        this.port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  setFaults(faults: readonly ProxyFault[]): void {
    this.#faults = faults;
  }

  freeze(direction: Direction): void {
    this.#frozen.add(direction);
    for (const { lanes } of this.#live) lanes[direction].freeze();
  }

  thaw(direction: Direction): void {
    this.#frozen.delete(direction);
    for (const { lanes } of this.#live) lanes[direction].thaw();
  }

  cut(how: 'reset' | 'end' = 'reset'): void {
    for (const connection of this.#live) connection.cut(how);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const connection of this.#live) connection.destroy();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket): void {
    const number = ++this.connections;
    const { host, port } = this.#options.to;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const lane = (direction: Direction, from: Socket, to: Socket): Lane =>
      new Lane(
        {
          from,
          to,
          plan: new LanePlan(this.#faults, direction, number),
          delayMilliseconds: (this.#options.roundTripMilliseconds ?? 0) / 2,
          count: (bytes, messages) => {
            this.traffic[direction].bytes += bytes;
            this.traffic[direction].messages += messages;
          },
          cut: (how) => connection.cut(how),
        },
        this.#frozen.has(direction),
      );
    const lanes = { up: lane('up', client, server), down: lane('down', server, client) };
    const connection = new Connection(client, server, lanes, () => this.#live.delete(connection));
    this.#live.add(connection);
  }
}

class Connection {
  readonly lanes: Readonly<Record<Direction, Lane>>;
  readonly #sockets: readonly [Socket, Socket];

  constructor(client: Socket, server: Socket, lanes: Readonly<Record<Direction, Lane>>, ended: () => void) {
    this.lanes = lanes;
    this.#sockets = [client, server];
    let open = this.#sockets.length;
    for (const [one, other] of [this.#sockets, [server, client] as const]) {
      // A refused or lost connection is one to the other side too.
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        if (--open > 0) return;
        this.#closeLanes();
        ended();
      });
    }
  }

  cut(how: 'reset' | 'end'): void {
    this.#closeLanes();
    for (const socket of this.#sockets) {
      if (how === 'end') socket.end();
      else socket.resetAndDestroy();
    }
  }

  destroy(): void {
    this.#closeLanes();
    for (const socket of this.#sockets) socket.destroy();
  }

  #closeLanes(): void {
    this.lanes.up.close();
    this.lanes.down.close();
  }
}
