import { EXTRAS, extraOfRepo, extraRepo, type Answer, type Repo } from '@sessionkeep/core';
import { formatBytes, plural } from '@sessionkeep/runner/program';
import { err, ok } from 'neverthrow';
import { askExtras, extrasBeside } from './ask-extras.js';
import type { Asker } from './asker.js';
import type { FoundRepo } from './found-repos.js';
import { checkedName, sourceNameProblem, suggestName, type KeptSources } from './kept-sources.js';
import { nameProblem } from './name-problem.js';
import { portablePath } from './portable-path.js';
import type { SetupSource } from './setup.js';
import type { SourceFacts } from './source-facts.js';

/** What else the questions depend on. */
export interface AskSourceOptions {
  /** What it is called if nobody else has the name. */
  readonly usualName: string;
  /** Its name, where it is given already. */
  readonly name: string | null;
  readonly kept: KeptSources;
  /** The names of the sources before it. */
  readonly taken: readonly string[];
  readonly home: string;
}

/** Asks for a source's name, for its repos, and for what else to keep. */
export async function askSource(
  facts: SourceFacts,
  options: AskSourceOptions,
  asker: Asker,
): Answer<SetupSource> {
  const name = await askName(facts, options, asker);
  if (name.isErr()) return err(name.error);
  const found = await facts.repos(name.value);
  if (found.isErr()) return err(found.error);
  const repos = await askRepos(found.value, asker, options.home);
  if (repos.isErr()) return err(repos.error);
  const extras = await askExtras(extrasBeside(facts.path), asker);
  if (extras.isErr()) return err(extras.error);
  const today = repos.value === 'auto' ? found.value.map(({ repo }) => repo) : repos.value;
  return ok({
    name: name.value,
    path: facts.path,
    repos: repos.value,
    extras: extras.value,
    today: [...today, ...extras.value.map((extra) => extraRepo(EXTRAS[extra]))].map((repo) => repo.name),
  });
}

async function askName(
  { path, origin }: SourceFacts,
  { usualName, name, kept, taken, home }: AskSourceOptions,
  asker: Asker,
): Answer<string> {
  if (name !== null) return checkedName(name, origin, kept, taken);
  const typed = await asker.text({
    message: `A name for ${portablePath(path, { home })}: its folder in the archive is source-NAME`,
    initial: suggestName(usualName, origin, kept, taken),
    check: (text) => sourceNameProblem(text.trim(), origin, kept, taken),
  });
  return typed.map((text) => text.trim());
}

async function askRepos(
  found: readonly FoundRepo[],
  asker: Asker,
  home: string,
): Answer<'auto' | readonly Repo[]> {
  if (!found.some(({ problem }) => problem === null)) return ok('auto');
  const all = await asker.one('Which projects?', [
    { value: true, label: `all: ${plural(found.length, 'project')}, and those to come` },
    { value: false, label: 'only some, under names of their own' },
  ]);
  if (all.isErr()) return err(all.error);
  if (all.value) return ok('auto');
  const chosen = await asker.some(
    'Which ones?',
    found.map((one) => ({
      value: one.repo,
      label: one.repo.name,
      about: aboutRepo(one, home),
      problem: one.problem,
    })),
    { ticked: false },
  );
  return chosen.isErr() ? err(chosen.error) : askNames(chosen.value, asker);
}

/** `12 sessions, 713.4 KB, ~/code/web-shop`. */
function aboutRepo({ repo, sessions, bytes, cwd }: FoundRepo, home: string): string {
  const place = cwd === null ? repo.projects.join(', ') : portablePath(cwd, { home });
  return [plural(sessions, 'session'), formatBytes(bytes), place].join(', ');
}

/** Each may get another name; most people take those that are offered. */
async function askNames(repos: readonly Repo[], asker: Asker): Answer<readonly Repo[]> {
  const keep = await asker.one(`Their names: ${repos.map(({ name }) => name).join(', ')}`, [
    { value: true, label: 'take them' },
    { value: false, label: 'change them' },
  ]);
  if (keep.isErr()) return err(keep.error);
  if (keep.value) return ok(repos);
  const named: Repo[] = [];
  for (const repo of repos) {
    const name = await asker.text({
      message: `A name for ${repo.projects.join(', ')}`,
      initial: repo.name,
      check: (typed) =>
        repoNameProblem(
          typed.trim(),
          named.map((other) => other.name),
        ),
    });
    if (name.isErr()) return err(name.error);
    named.push({ ...repo, name: name.value.trim() });
  }
  return ok(named);
}

function repoNameProblem(name: string, taken: readonly string[]): string | null {
  return (
    nameProblem(name, taken) ??
    (extraOfRepo(name) === null ? null : 'this name is kept for what lies beside the projects')
  );
}
