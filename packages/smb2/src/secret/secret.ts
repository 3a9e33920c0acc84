import { inspect } from 'node:util';
import { utf16 } from '../bytes/utf16.js';

const SHOWN = '[secret]';

/**
 * Bytes that nobody is to see: a password or a key. Whatever prints, inspects or serialises one, or something that
 * holds one, shows `[secret]`.
 */
export class Secret {
  readonly #bytes: Buffer;

  /** Takes `bytes` over: the caller keeps no use of them. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** A password, as the UTF-16LE that Windows makes of it. */
  static ofPassword(password: string): Secret {
    return new Secret(utf16(password));
  }

  /** The bytes themselves, for a cipher or a hash. */
  reveal(): Buffer {
    return this.#bytes;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
