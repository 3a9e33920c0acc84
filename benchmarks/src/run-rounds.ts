import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mutateFolder, planMutations, type CorpusPlan } from '@sessionkeep/testkit/corpus';
import { SCENARIOS, type Contender, type Scenario } from './contenders.js';
import { measure, type Measured } from './measure.js';

/** Every measurement, by scenario and contender. */
export type Samples = ReadonlyMap<Scenario, ReadonlyMap<string, readonly Measured[]>>;

export interface RoundsOptions {
  readonly plan: CorpusPlan;
  readonly source: string;
  readonly scratch: string;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly log: (line: string) => void;
}

/**
 * Measures all contenders in turn, several times over, each into a target of its own that is new in every round. Who
 * begins changes from round to round.
 */
export async function runRounds(options: RoundsOptions): Promise<Samples> {
  const { plan, source, scratch, rounds, log } = options;
  const samples = new Map<Scenario, Map<string, Measured[]>>(
    SCENARIOS.map((scenario) => [scenario, new Map()]),
  );
  for (let round = 0; round < rounds; round++) {
    const turn = rotated(options.contenders, round);
    for (const scenario of SCENARIOS) {
      if (scenario === '50 grown') await grow(plan, source, round);
      for (const [index, contender] of turn.entries()) {
        const target = join(scratch, `target-${String(index)}`);
        if (scenario === 'first copy') mkdirSync(target);
        const command = contender.command(scenario, source, target);
        const raw = await measure(command, scratch);
        const measured = contender.plain ? checked(raw, bytesBelow(source), bytesBelow(target)) : raw;
        log(
          `round ${String(round + 1)}, ${scenario}, ${contender.name}: ${measured.failure ?? `${measured.seconds.toFixed(3)} s`}`,
        );
        const of = samples.get(scenario);
        of?.set(contender.name, [...(of.get(contender.name) ?? []), measured]);
      }
    }
    turn.forEach((_, index) =>
      rmSync(join(scratch, `target-${String(index)}`), { recursive: true, force: true }),
    );
  }
  return samples;
}

/** A backup leaves a little noise out; whoever copied less than nearly everything has no figures. */
function checked(measured: Measured, wanted: number, found: number): Measured {
  if (measured.failure !== null || found >= wanted * 0.99) return measured;
  return { ...measured, failure: `only ${String(found)} of ${String(wanted)} bytes are there` };
}

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function grow(plan: CorpusPlan, source: string, round: number): Promise<void> {
  const mutations = planMutations(plan, round + 1, { grow: 50 }, round + 1);
  const grown = await mutateFolder(source, mutations);
  if (grown.isErr()) throw new Error(grown.error.message);
}

/** The same, beginning with another one. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
