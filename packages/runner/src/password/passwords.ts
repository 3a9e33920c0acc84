import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { World } from '../world.js';
import { shareText, type Location, type SharedFolder } from '../location/location.js';
import { askPassword } from './ask-password.js';
import { PASSWORD_VARIABLE } from './password-wish.js';
import { readPasswordFile } from './read-password-file.js';
import { runPasswordCommand } from './run-password-command.js';

/** What passwords come from, and who is told beside. */
export interface PasswordWorld extends Pick<World, 'env' | 'home' | 'signal'> {
  /** Told what a person should see to: a file that others may read. */
  readonly warn: (message: string) => void;
  /** What a program says that was asked. */
  readonly tell: (line: string) => void;
  /** Asks whoever is there; else who sits at the terminal. */
  readonly ask?: (question: string, signal: AbortSignal) => Answer<string>;
}

/** The passwords of a run: each is asked for once, when its share is opened first. */
export class Passwords {
  readonly #known = new Map<string, Answer<string | null>>();

  constructor(private readonly world: PasswordWorld) {}

  /** Null for a guest, who has none. */
  of(share: SharedFolder): Answer<string | null> {
    const { host, port, domain, user } = share.address;
    const key = JSON.stringify([share.password, host, port, domain, user]);
    const known = this.#known.get(key) ?? this.#find(share);
    this.#known.set(key, known);
    return known;
  }

  /** Finds those that will be needed, so that nobody is asked half-way. What went wrong is told by who needs one. */
  async prepare(locations: readonly Location[]): Promise<void> {
    for (const location of locations) if (location.type === 'smb') (await this.of(location)).unwrapOr(null);
  }

  async #find(share: SharedFolder): Answer<string | null> {
    const { password: wish } = share;
    const { env, signal, warn, ask = askPassword } = this.world;
    switch (wish.from) {
      case 'nobody':
        return ok(null);
      case 'env':
        return this.#inEnvironment(wish);
      case 'file':
        return readPasswordFile(wish.path, wish.at).map(({ password, warning }) => {
          if (warning !== null) warn(warning);
          return password;
        });
      case 'command':
        return runPasswordCommand(wish, this.world);
      case 'anywhere': {
        const found = env[PASSWORD_VARIABLE] ?? '';
        return found === '' ? ask(`Password for ${shareText(share)}`, signal) : ok(found);
      }
    }
  }

  #inEnvironment({ name, at }: { name: string; at: string }): Awaited<Answer<string>> {
    const found = this.world.env[name] ?? '';
    if (found !== '') return ok(found);
    const text = `${at}: the environment variable ${name} is not set`;
    return err(keepError('usage', 'read password', text, { hint: `set it to the share's password` }));
  }
}
