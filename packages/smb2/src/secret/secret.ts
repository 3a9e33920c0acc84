import { createSecretKey, type KeyObject } from 'node:crypto';
import { utf16 } from '../bytes/utf16.js';

const SHOWN = '[secret]';
/** By which `node:util` asks an object how to show it. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Bytes that nobody is to see: a password or a key. Whatever prints, inspects or serialises one, or something that
 * holds one, shows `[secret]`.
 */
export class Secret {
  readonly #bytes: Buffer;
  #key: KeyObject | null = null;

  /** Takes `bytes` over: the caller keeps no use of them. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** A password, as the UTF-16LE that Windows makes of it. */
  static ofPassword(password: string): Secret {
    return new Secret(utf16(password));
  }

  /** As a key for node:crypto, which takes one five times as fast as bytes. */
  key(): KeyObject {
    this.#key ??= createSecretKey(this.#bytes);
    return this.#key;
  }

  /** The bytes themselves. */
  reveal(): Buffer {
    return this.#bytes;
  }

  /** `[secret]`, as for all that prints. */
  toString(): string {
    return SHOWN;
  }

  /** `[secret]`, as for all that serialises. */
  toJSON(): string {
    return SHOWN;
  }

  /** @internal `[secret]`, as for all that inspects. */
  [INSPECT](): string {
    return SHOWN;
  }
}
