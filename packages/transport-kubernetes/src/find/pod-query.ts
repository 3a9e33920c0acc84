import type { PodOwner } from '@sessionkeep/core';

/** Which containers are meant. */
export interface PodQuery {
  readonly namespace: string;
  readonly owner: PodOwner;
  /** May be left out where a pod has one, or names its default. */
  readonly container?: string;
  /** The first that is ready, or each that is; a pod that is named is itself. `first-ready` unless told otherwise. */
  readonly pods?: 'first-ready' | 'each';
}

/** A container that can be gone to. */
export interface FoundPod {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Tells a pod from a later one of its name. */
  readonly uid: string;
}

/** A pod that cannot be gone to now. */
export interface SkippedPod {
  readonly pod: string;
  readonly reason: string;
  /** True for one that has ended or is being deleted: nobody will go to it any more. */
  readonly over: boolean;
}

/** What a search came to. */
export interface FoundPods {
  /** The oldest first. */
  readonly pods: readonly FoundPod[];
  /** Pods that were meant and cannot be gone to now, and why. */
  readonly skipped: readonly SkippedPod[];
}

/** How messages call what is meant. */
export function ownerText(owner: PodOwner): string {
  if ('deployment' in owner) return `deployment ${owner.deployment}`;
  if ('statefulSet' in owner) return `statefulset ${owner.statefulSet}`;
  return 'selector' in owner ? `pods with ${owner.selector}` : `pod ${owner.pod}`;
}
