import type { Transport } from '@sessionkeep/core';
import { describe, expect, test, type TestContext } from 'vitest';
import { CHAPTERS } from './chapters.js';
import type { ContractOptions, Need, Obligation, Opened, Outside, World } from './world.js';

/**
 * Declares one test for each obligation of the port. What a transport does not do is declared with its reason, and told by one test
 * that lists it: a test that is neither passed nor declared fails.
 *
 * @example
 * describeTransportContract('my transport', {
 *   open: async () => ({ transport: createMemoryDisk().transport(), cleanup: async () => undefined }),
 *   without: { pipe: 'there are no FIFOs', reopen: 'one connection at a time' },
 * });
 */
export function describeTransportContract(name: string, options: ContractOptions): void {
  const { deviations = {} } = options;
  const known = new Set<string>();
  const left: LeftOut[] = [];
  describe(`the contract of a transport: ${name}`, () => {
    for (const chapter of CHAPTERS) {
      const kept: Obligation[] = [];
      for (const obligation of chapter.obligations) {
        const fullName = `${chapter.name} ${obligation.name}`;
        known.add(fullName);
        const reason = deviations[fullName] ?? lackOf(obligation, options);
        if (reason === null) kept.push(obligation);
        else left.push({ fullName, reason });
      }
      if (kept.length === 0) continue;
      describe(chapter.name, () => {
        for (const obligation of kept) {
          test(obligation.name, (context) => runIn(obligation, options, context));
        }
      });
    }
    test(`leaves out what it says: ${left.length === 0 ? 'nothing' : left.map(describeLeft).join('; ')}`, () => {
      expect(Object.keys(deviations).filter((deviation) => !known.has(deviation))).toEqual([]);
      expect(left.filter(({ reason }) => reason === '')).toEqual([]);
    });
  });
}

/** An obligation that is not tested here. */
interface LeftOut {
  readonly fullName: string;
  readonly reason: string;
}

function describeLeft({ fullName, reason }: LeftOut): string {
  return `${fullName} (${reason})`;
}

/** Why something that a test needs cannot be had here; null when all can. */
function lackOf({ needs = [] }: Obligation, { without = {} }: ContractOptions): string | null {
  const lacking = needs.find((need) => without[need] !== undefined);
  return lacking === undefined ? null : (without[lacking] ?? '');
}

async function runIn(obligation: Obligation, options: ContractOptions, context: TestContext): Promise<void> {
  const opened = await options.open();
  const others: Transport[] = [];
  try {
    const missing = obligation.needs?.find((need) => !offers(opened, need));
    if (missing !== undefined) {
      throw new Error(`this test needs "${missing}": give it in open(), or its reason in "without"`);
    }
    await obligation.run(worldOf(opened, others, context));
  } finally {
    for (const transport of [...others, opened.transport]) await transport.close();
    await opened.cleanup();
  }
}

function offers(opened: Opened, need: Need): boolean {
  return need === 'reopen' ? opened.reopen !== undefined : opened.outside?.[need] !== undefined;
}

function worldOf(opened: Opened, others: Transport[], context: TestContext): World {
  return {
    transport: opened.transport,
    // `needs` was checked: a test that uses another hook than it names finds nothing there and fails.
    outside: (opened.outside ?? {}) as Outside,
    second: async () => {
      if (opened.reopen === undefined)
        throw new Error('a test that opens a second transport must name "reopen"');
      const transport = await opened.reopen();
      others.push(transport);
      return transport;
    },
    skip: (reason) => context.skip(reason),
  };
}
