const NO_LEASE = 'a pod is no place for an archive: there are no leases';
const LEASES = [
  'is had by one at a time, and the second is told who has it',
  'is had by one at a time over several transports too',
  'may be taken again once it was given back, which may be done twice',
  'of eight that want it at once, one gets it',
  'that can be broken is lost then, and breaking it says whose it was',
  'that was lost to another takes nothing from the other when it is given back',
  'of one folder says nothing about another, and breaking none is null',
  "tells the target's time",
  'stays while files come and go beside it',
];

/** What no pod does of the contract, and why. */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(LEASES.map((name) => [`lease: ${name}`, NO_LEASE])),
  "digest: the hash's state, where there is one, goes on from the range's end":
    'digests are made in the pod, and what sha256sum knew at the end is not to be had',
};

/** What BusyBox does not do beside that. */
export const DEVIATIONS_OF_BUSYBOX = {
  ...DEVIATIONS,
  'probe: gives a step that the times it stores are multiples of':
    "BusyBox's touch sets whole seconds, which the step says; what files are given by the disk is told as it is, to the nanosecond",
};
