import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  startFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
  type ProxyFault,
} from '@sessionkeep/testkit/proxy';
import { noSamba, startSamba, type Samba, type SambaOptions } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { SmbClient, type ConnectOptions } from '../../src/index.js';
import { addressOf } from './connect.js';
import { must } from './must.js';
import { contentOf, runSession, type Content, type SessionResult } from './session.js';

/** What passes in a session to which nothing happens. */
export interface Extent {
  readonly bytes: number;
  readonly messages: number;
}

/** A server behind a proxy, for a whole file of tests. */
export class FaultyWorld {
  #samba: Samba | null = null;
  readonly #content: Content;
  #folders = 0;

  constructor(options: SambaOptions = {}, content: Content = contentOf(3_000, 150_000)) {
    this.#content = content;
    beforeAll(async () => {
      if (noSamba() === null) this.#samba = await startSamba({ ...options, shares: { share: {} } });
    });
    afterAll(() => this.#samba?.stop());
  }

  get samba(): Samba {
    if (this.#samba === null) throw new Error('there is no Samba');
    return this.#samba;
  }

  async proxy(options: Omit<FaultProxyOptions, 'to'> = {}): Promise<FaultProxy> {
    const proxy = await startFaultProxy({ to: this.samba, ...options });
    onTestFinished(() => proxy.close());
    return proxy;
  }

  /** Where a client of the proxy signs in. */
  address(proxy: FaultProxy, options: Partial<ConnectOptions> = {}): ConnectOptions {
    return { ...addressOf(this.samba), port: proxy.port, ...options };
  }

  /** How much a session to which nothing happens says, and is told. */
  async measure(options: Partial<ConnectOptions> = {}): Promise<Readonly<Record<'up' | 'down', Extent>>> {
    const proxy = await this.proxy();
    const { errors, wrong } = await this.#session(proxy, options);
    expect({ errors, wrong }).toEqual({ errors: [], wrong: [] });
    await proxy.close();
    return { up: { ...proxy.traffic.up }, down: { ...proxy.traffic.down } };
  }

  /** The part of that up to the end of the signing in. */
  async measureSignIn(
    options: Partial<ConnectOptions> = {},
  ): Promise<Readonly<Record<'up' | 'down', Extent>>> {
    const proxy = await this.proxy();
    const client = await must(SmbClient.connect(this.address(proxy, options)));
    const extents = { up: { ...proxy.traffic.up }, down: { ...proxy.traffic.down } };
    await client.close();
    return extents;
  }

  /**
   * A session with faults. Checks what holds whatever happens: every operation ended, nothing that was told is wrong,
   * what lies on the disk under its name is what was written, and the server holds nothing open for a client that is
   * gone.
   */
  async suffer(faults: readonly ProxyFault[], options: Partial<ConnectOptions> = {}): Promise<SessionResult> {
    const proxy = await startFaultProxy({ to: this.samba, faults });
    try {
      const result = await this.#session(proxy, options);
      expect({ faults, wrong: result.wrong }).toEqual({ faults, wrong: [] });
      return result;
    } finally {
      await proxy.close();
    }
  }

  async nothingOpen(): Promise<void> {
    await expect.poll(() => this.samba.openFiles(), { timeout: 20_000, interval: 20 }).toEqual([]);
  }

  async #session(proxy: FaultProxy, options: Partial<ConnectOptions>): Promise<SessionResult> {
    // Names of one length, so that offsets mean the same in each session.
    const folder = `f${String(this.#folders++).padStart(6, '0')}`;
    const result = await runSession(this.address(proxy, options), folder, this.#content);
    const { small, large } = this.#content;
    const there = join(this.samba.folders['share'] ?? '', folder);
    for (const name of ['small', 'renamed']) {
      const path = join(there, name);
      if (existsSync(path)) expect([name, readFileSync(path).equals(small)]).toEqual([name, true]);
    }
    if (result.done.includes('close')) expect(readFileSync(join(there, 'large')).equals(large)).toBe(true);
    rmSync(there, { recursive: true, force: true });
    return result;
  }
}
