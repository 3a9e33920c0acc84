import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  startFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
  type ProxyFault,
} from '@sessionkeep/testkit/proxy';
import { noSamba, startSamba, type Samba, type SambaOptions } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { SmbClient, type ConnectOptions, type SmbErrorKind } from '../../src/index.js';
import { addressOf } from './connect.js';
import { must } from './must.js';
import { contentOf, runSession, TIME, type Content, type SessionResult } from './session.js';

/** What passes in a session to which nothing happens. */
export interface Extent {
  readonly bytes: number;
  readonly messages: number;
}

/** With these a server answers at once, never "it takes longer" first: sessions are alike to the byte. */
const PROMPT = { 'strict sync': 'no', 'aio read size': '0', 'aio write size': '0' };

/** Errors after which there is no connection. */
const ENDS: readonly SmbErrorKind[] = ['timeout', 'insecure', 'protocol'];

/** How many sessions go on at once: most of them wait for something most of the time. */
const AT_ONCE = 10;

/** A server behind a proxy, for a whole file of tests. */
export class FaultyWorld {
  #samba: Samba | null = null;
  readonly #content: Content;
  #folders = 0;

  constructor(options: SambaOptions = {}, content: Content = contentOf(3_000, 150_000)) {
    this.#content = content;
    beforeAll(async () => {
      if (noSamba() === null)
        this.#samba = await startSamba({ settings: PROMPT, ...options, shares: { share: {} } });
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
    const { errors, wrong } = await this.#session(proxy, options, []);
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

  /** Sessions with one fault each, several at a time; `judge` sees what became of each. */
  async sufferEach(
    faults: readonly ProxyFault[],
    options: Partial<ConnectOptions>,
    judge: (result: SessionResult, fault: ProxyFault) => void,
  ): Promise<void> {
    const left = [...faults];
    const work = async (): Promise<void> => {
      for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
        judge(await this.suffer([fault], options), fault);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /**
   * A session with faults. Checks what holds whatever happens: every operation ended, nothing that was told is wrong,
   * what lies on the disk under its name is what was written, and a session that heard of no error did all it should.
   */
  async suffer(faults: readonly ProxyFault[], options: Partial<ConnectOptions> = {}): Promise<SessionResult> {
    const proxy = await startFaultProxy({ to: this.samba, faults });
    try {
      return await this.sufferThrough(proxy, faults, options);
    } finally {
      await proxy.close();
    }
  }

  /** The same through a proxy that there is, with its faults. */
  async sufferThrough(
    proxy: FaultProxy,
    faults: readonly ProxyFault[],
    options: Partial<ConnectOptions> = {},
  ): Promise<SessionResult> {
    const result = await this.#session(proxy, options, faults);
    expect({ faults, wrong: result.wrong }).toEqual({ faults, wrong: [] });
    return result;
  }

  async nothingOpen(): Promise<void> {
    await expect.poll(() => this.samba.openFiles(), { timeout: 20_000, interval: 20 }).toEqual([]);
  }

  async #session(
    proxy: FaultProxy,
    options: Partial<ConnectOptions>,
    faults: readonly ProxyFault[],
  ): Promise<SessionResult> {
    // Names of one length, so that offsets mean the same in each session.
    const folder = `f${String(this.#folders++).padStart(6, '0')}`;
    const result = await runSession(this.address(proxy, options), folder, this.#content);
    const { small, large } = this.#content;
    const there = join(this.samba.folders['share'] ?? '', folder);
    // A server that refuses a changed WRITE goes on to the rename, and who is cut off by then takes nothing away.
    const isChanged = faults.some(({ kind, direction }) => kind === 'flip' && direction === 'up');
    const mayBeHalf = isChanged && result.errors.some(({ kind }) => ENDS.includes(kind));
    for (const name of mayBeHalf ? [] : ['small', 'renamed']) {
      const path = join(there, name);
      if (existsSync(path)) expect([name, readFileSync(path).equals(small)]).toEqual([name, true]);
    }
    if (result.done.includes('write') && result.done.includes('close')) {
      expect(readFileSync(join(there, 'large')).equals(large)).toBe(true);
    }
    if (result.errors.length === 0 && result.wrong.length === 0) {
      expect(readdirSync(there)).toEqual(['large']);
      expect(statSync(join(there, 'large'), { bigint: true }).mtimeNs).toBe(TIME);
    }
    rmSync(there, { recursive: true, force: true });
    return result;
  }
}
