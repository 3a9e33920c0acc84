import { afterEach, beforeEach, expect } from 'vitest';

/** Fails each test of a file during which a promise was rejected that nobody looks after, or an error thrown at nobody. */
export function noStrayRejections(): void {
  let stray: unknown[] = [];
  const note = (reason: unknown) => void stray.push(reason);
  beforeEach(() => {
    stray = [];
    process.on('unhandledRejection', note).on('uncaughtExceptionMonitor', note);
  });
  afterEach(async () => {
    // They are reported after the turn in which they happen.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note).off('uncaughtExceptionMonitor', note);
    expect(stray).toEqual([]);
  });
}
