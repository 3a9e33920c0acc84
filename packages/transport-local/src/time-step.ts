/** Steps that file systems have: ext4 and APFS, NTFS, some network file systems, HFS+, FAT. */
const STEPS = [1n, 100n, 1_000n, 1_000_000n, 1_000_000_000n, 2_000_000_000n] as const;
const COARSEST = 2_000_000_000n;

/** The step of a medium that was told `set` and reports `got`; the coarsest when nothing explains it. */
export function stepOf(set: bigint, got: bigint): bigint {
  if (set === got) return 1n;
  const off = set > got ? set - got : got - set;
  return STEPS.find((step) => step > off && got % step === 0n) ?? COARSEST;
}

/** The coarsest step that explains all these times; 1 ns when there are none. */
export function commonStep(times: readonly bigint[]): bigint {
  if (times.length === 0) return 1n;
  return STEPS.findLast((step) => times.every((time) => time % step === 0n)) ?? 1n;
}
