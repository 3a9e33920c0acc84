/** What stands where a secret was. */
const MASK = '***';
/** A shorter secret would be found in every other word. */
const SHORTEST = 4;
/** A part of a URL that is so long, or this long and has a digit, was made by chance and not by a person. */
const LONG_PART = 20;
const PART_WITH_DIGIT = 8;

/** Knows the secrets of a run, and takes them out of what is told. */
export class Redactor {
  /** Longest first: one secret may hold another. */
  #secrets: readonly string[] = [];

  /** A password or token; as it is, and as it stands in a URL. Fewer than 4 characters are not looked for. */
  add(secret: string): void {
    const known = new Set([...this.#secrets, secret, encodeURIComponent(secret)]);
    this.#secrets = [...known]
      .filter(({ length }) => length >= SHORTEST)
      .sort((one, other) => other.length - one.length);
  }

  /** The secrets in a URL: the password, the whole of it, and those parts of path and query that look random. */
  addUrl(text: string): void {
    const { username, password, pathname, search, host, href } = new URL(text);
    // A user without a password is a token.
    const secret = password === '' ? username : password;
    for (const known of [secret, decode(secret)]) this.add(known);
    if (password !== '') this.add(Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64'));
    const parts = `${pathname}${search}`.split(/[/?&=]/).filter(looksRandom);
    for (const part of parts) this.add(decode(part));
    if (pathname.length > 1 || search !== '')
      for (const whole of [text, href, host + pathname]) this.add(whole);
  }

  /** The text with each secret as `***`. */
  text(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
  }

  /** The same data, and no secret in any text of it. */
  all<T>(data: T): T {
    return this.#clean(data) as T;
  }

  #clean(data: unknown): unknown {
    if (typeof data === 'string') return this.text(data);
    if (Array.isArray(data)) return data.map((item) => this.#clean(item));
    if (data === null || typeof data !== 'object') return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.#clean(value)]));
  }
}

function looksRandom(part: string): boolean {
  return part.length >= LONG_PART || (part.length >= PART_WITH_DIGIT && /\d/.test(part));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
