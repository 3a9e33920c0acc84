import type { Result } from 'neverthrow';
import { describe, expect, test } from 'vitest';
import { Credits } from './credits.js';
import type { Fault } from './fault.js';

/** Credits with `free` of them free. */
function withCredits(
  free: number,
  ask = (): void => expect.unreachable('there was no need to ask'),
): Credits {
  const credits = new Credits(ask);
  credits.grant(free - 1);
  return credits;
}

/** Who waits, and what became of it. */
async function outcome(taking: Result<null, Fault> | Promise<Result<null, Fault>>): Promise<string> {
  const taken = await taking;
  return taken.match(
    () => 'taken',
    ({ kind }) => kind,
  );
}

describe('Credits', () => {
  test('are taken at once where there are enough, and waited for in line where not', async () => {
    const credits = withCredits(4);
    expect(credits.take(3, undefined)).not.toBeInstanceOf(Promise);
    const order: string[] = [];
    const large = Promise.resolve(credits.take(2, undefined)).then(() => order.push('large'));
    const small = Promise.resolve(credits.take(1, undefined)).then(() => order.push('small'));
    // The small one could go, and would starve the large one if it did.
    credits.settle(1);
    credits.grant(1);
    credits.serve();
    await large;
    credits.settle(2);
    credits.grant(2);
    credits.serve();
    await small;
    expect(order).toEqual(['large', 'small']);
    expect(credits.total).toBe(4);
  });

  test('one is kept for a sign of life where there are many', async () => {
    const credits = withCredits(100);
    expect(credits.take(99, undefined)).not.toBeInstanceOf(Promise);
    const waiting = credits.take(1, undefined);
    expect(waiting).toBeInstanceOf(Promise);
    expect(credits.takeReserve()).toBe(true);
    expect(credits.takeReserve()).toBe(false);
    credits.fail({ kind: 'closed', problem: '', retry: false });
    expect(await outcome(waiting)).toBe('closed');
  });

  test('with nothing under way the server is asked for more, and whoever is first fails in the end', async () => {
    let asked = 0;
    const credits: Credits = withCredits(1, () => {
      asked += 1;
      credits.takeReserve();
    });
    const waiting = credits.take(3, undefined);
    for (let answer = 0; answer < 3; answer++) {
      credits.settle(1);
      credits.grant(1);
      credits.serve();
    }
    expect(await outcome(waiting)).toBe('protocol');
    expect(asked).toBe(3);
    expect(await outcome(credits.take(1, undefined))).toBe('taken');
  });

  test('with none at all nobody waits', async () => {
    const credits = withCredits(1);
    expect(await outcome(credits.take(1, undefined))).toBe('taken');
    credits.settle(1);
    expect(await outcome(credits.take(1, undefined))).toBe('protocol');
  });

  test('who goes away out of the line lets the next on', async () => {
    const credits = withCredits(2);
    expect(await outcome(credits.take(1, undefined))).toBe('taken');
    const aborter = new AbortController();
    const large = credits.take(2, aborter.signal);
    const small = credits.take(1, undefined);
    aborter.abort();
    expect(await outcome(large)).toBe('aborted');
    expect(await outcome(small)).toBe('taken');
  });

  test('what was taken and not used comes back', () => {
    const credits = withCredits(5);
    expect(credits.take(4, undefined)).not.toBeInstanceOf(Promise);
    credits.giveBack(4);
    expect(credits.take(5, undefined)).not.toBeInstanceOf(Promise);
  });
});
