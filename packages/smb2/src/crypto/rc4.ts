/** The RC4 stream cipher, which NTLM hands session keys over with. For nothing else: it is broken. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index);
  #first = 0;
  #second = 0;

  constructor(key: Uint8Array) {
    let other = 0;
    for (let index = 0; index < 256; index++) {
      other = (other + this.#at(index) + (key[index % key.length] ?? 0)) & 0xff;
      this.#swap(index, other);
    }
  }

  /** The next bytes of the stream over `data`: encrypts and decrypts. */
  update(data: Uint8Array): Buffer {
    return Buffer.from(data.map((byte) => byte ^ this.#next()));
  }

  #next(): number {
    this.#first = (this.#first + 1) & 0xff;
    this.#second = (this.#second + this.#at(this.#first)) & 0xff;
    this.#swap(this.#first, this.#second);
    return this.#at((this.#at(this.#first) + this.#at(this.#second)) & 0xff);
  }

  #swap(one: number, other: number): void {
    const kept = this.#at(one);
    this.#state[one] = this.#at(other);
    this.#state[other] = kept;
  }

  #at(index: number): number {
    return this.#state[index] ?? 0;
  }
}
