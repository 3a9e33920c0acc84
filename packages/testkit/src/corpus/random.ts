/** A small deterministic source of chance (splitmix32): the same seed gives the same numbers everywhere. */
export interface Random {
  /** A whole number below 2³². */
  next(): number;
  /** From 0 up to 1, without 1. */
  unit(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of these, which are at least one. */
  pick<T>(items: readonly T[]): T;
  /** From a lognormal distribution of this median and spread. */
  lognormal(median: number, sigma: number): number;
  /** A source of its own, so that more draws here do not change those elsewhere. */
  fork(label: number): Random;
}

/** Starts a source of chance from a seed, any whole number. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const unit = (): number => next() / 0x1_0000_0000;
  const between = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new TypeError('nothing to pick from');
    return item;
  };
  // Box and Muller's; 1 - unit() is never 0.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  return {
    next,
    unit,
    between,
    pick,
    chance: (probability) => unit() < probability,
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    fork: (label) =>
      createRandom(Math.imul(seed ^ 0x5bd1e995, 0x2c1b3c6d) ^ Math.imul(label + 1, 0x297a2d39)),
  };
}
