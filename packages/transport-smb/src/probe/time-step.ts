/** Steps that servers have: SMB itself, what Samba keeps on older disks, network file systems, HFS+, FAT. */
const STEPS = [100n, 1_000n, 1_000_000n, 1_000_000_000n, 2_000_000_000n] as const;
const FINEST = 100n;
const COARSEST = 2_000_000_000n;

/** The step of a server that was told `set` and reports `got`; the coarsest when nothing explains it. */
export function stepOf(set: bigint, got: bigint): bigint {
  const off = set > got ? set - got : got - set;
  return STEPS.find((step) => step > off && got % step === 0n) ?? COARSEST;
}

/** The coarsest step that explains all these times; that of the protocol when there are none. */
export function commonStep(times: readonly bigint[]): bigint {
  if (times.length === 0) return FINEST;
  return STEPS.findLast((step) => times.every((time) => time % step === 0n)) ?? FINEST;
}
