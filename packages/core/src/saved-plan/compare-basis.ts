import type { PlanBasis } from './plan-line.js';

/**
 * What is otherwise than it was when the plan was made, as a sentence; null when nothing is, and its steps may be looked at.
 * `checksum` is not compared: it is a way of looking, and a run takes it from the plan.
 */
export function compareBasis(planned: PlanBasis, now: PlanBasis): string | null {
  if (planned.source !== now.source || planned.repo !== now.repo)
    return `it is the plan of source "${planned.source}", repo "${planned.repo}"`;
  return (
    archiveChange(planned, now) ?? bindingChange(planned.binding, now.binding) ?? policyChange(planned, now)
  );
}

function archiveChange(planned: PlanBasis, now: PlanBasis): string | null {
  if (planned.archive !== now.archive) {
    if (planned.archive === null) return 'there was no archive then, and there is one now';
    return now.archive === null ? 'its archive is not there any more' : 'it is for another archive';
  }
  const { segment, size, head } = now.ledger;
  const stands =
    planned.ledger.segment === segment && planned.ledger.size === size && planned.ledger.head === head;
  return stands ? null : 'the ledger has moved: something was kept since, or the archive is not what it was';
}

function bindingChange(planned: PlanBasis['binding'], now: PlanBasis['binding']): string | null {
  if (planned.origin !== now.origin) return `it was made for ${planned.origin}, this is ${now.origin}`;
  const same =
    planned.layout === now.layout &&
    planned.projects.length === now.projects.length &&
    planned.projects.every((name, at) => name === now.projects[at]);
  return same
    ? null
    : `it was made for the project folders ${planned.projects.join(', ')}, these are ${now.projects.join(', ')}`;
}

function policyChange({ policy: planned }: PlanBasis, { policy: now }: PlanBasis): string | null {
  if (planned.rules !== now.rules) return 'the rules of what to keep (include, exclude) were others';
  if (planned.rebind === now.rebind) return null;
  return planned.rebind
    ? 'it was made with --rebind, and this run has not that'
    : 'it was made without --rebind';
}
