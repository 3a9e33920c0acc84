import * as z from 'zod';
import { EXTRA_NAMES } from '../repo/extras.js';
import { isName } from '../repo/name-repos.js';
import { OWNER_KEYS, POD_KEYS } from './pod-schema.js';
import { PASSWORD_KEYS, shareKeys } from './share-schema.js';

const NAME_HINT =
  'a name has letters, digits, ".", "_" and "-", begins with none of ".-", and is at most 64 long';

const name = z.string().refine(isName, { error: NAME_HINT });

/** The same rule for editors, which know no refinements. */
const nameKey = name.meta({ pattern: '^[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]{0,63}$' });

const text = z
  .string()
  .min(1, { error: 'must not be empty' })
  .refine((value) => !value.includes('\0'), { error: 'must have no NUL character' });

const globs = z.array(text);

const rules = {
  include: globs
    .optional()
    .describe('Globs that bring back what is left out as noise (locks, indexes). Never the secrets.'),
  exclude: globs
    .optional()
    .describe(
      'Globs of what else to leave out. Without a slash: any name; with one: the path in the project folder.',
    ),
};

const repoObject = z
  .strictObject({
    project: text.optional().describe('One project folder; its files lie directly in the repo.'),
    projects: z
      .array(text)
      .min(1, { error: 'must name at least one project folder' })
      .optional()
      .describe('Project folders or patterns (*, ?, {a,b}); each keeps a subfolder of its own.'),
    aliases: z.array(nameKey).optional().describe('Other names by which --repo finds it.'),
    ...rules,
  })
  .meta({ oneOf: [{ required: ['project'] }, { required: ['projects'] }] });

const repo = z.union([text.describe('One project folder; its files lie directly in the repo.'), repoObject], {
  error: 'must be the name of a project folder, or have project: or projects:',
});

const repos = z
  .union([z.literal('auto'), z.record(nameKey, repo)], {
    error: 'must be "auto", or name repos and their project folders',
  })
  .describe('"auto" makes every project folder a repo, named after the working folder in its logs.');

/** What every source has, wherever it lies. */
const sourceKeys = {
  repos,
  extras: z
    .array(z.enum(EXTRA_NAMES))
    .optional()
    .describe(
      'What else to keep of what lies beside the projects folder, each as a repo of its own (repo-_history, …): ' +
        'history (history.jsonl: every prompt that was typed), file-history (files as they were before edits, whatever is in them), ' +
        'plans, tasks, teams, paste-cache (long texts that were pasted). Never .credentials.json, session-env or shell-snapshots.',
    ),
  origin: text.optional().describe('Says which machine and folder this is, where the machine cannot tell.'),
  ...rules,
};

const targetKeys = {
  id: text
    .optional()
    .describe("The archive's id, as in its .sessionkeep/target.json: another one is refused."),
};

const localSource = z.strictObject({
  type: z.literal('local'),
  path: text.describe('The projects folder of Claude Code, e.g. ~/.claude/projects.'),
  ...sourceKeys,
});

const localTarget = z.strictObject({
  type: z.literal('local'),
  path: text.describe('The folder that backups land in.'),
  ...targetKeys,
});

const smbSource = z.strictObject({ ...shareKeys, ...sourceKeys });

const kubernetesSource = z
  .strictObject({ ...POD_KEYS, ...sourceKeys })
  .meta({ oneOf: OWNER_KEYS.map((key) => ({ required: [key] })) });

const smbTarget = z.strictObject({ ...shareKeys, ...targetKeys });

const scheduleObject = z.strictObject({
  cron: text.describe('When: minute, hour, day of the month, month, weekday; or @daily and the like.'),
  timeZone: text
    .optional()
    .describe('The time zone that is meant, e.g. Europe/Berlin; without it that of the machine.'),
  jitter: text.optional().describe('How much later a run may begin, by chance: 15m, 1h.'),
});

const schedule = z
  .union([text, scheduleObject], {
    error: 'must be a cron expression such as "0 3 * * *", or have cron:',
  })
  .describe('When a backup is to run, for `sessionkeep schedule`: a cron expression, or the keys below.');

/** The configuration as it is written. Later kinds of sources and targets join the unions by their `type`. */
export const configSchema = z.strictObject({
  sources: z
    .record(nameKey, z.discriminatedUnion('type', [localSource, smbSource, kubernetesSource]))
    .optional()
    .describe('Where sessions are written.'),
  targets: z
    .record(nameKey, z.discriminatedUnion('type', [localTarget, smbTarget]))
    .optional()
    .describe('Where backups land.'),
  schedule: schedule.optional(),
  ...rules,
});

export type WrittenConfig = z.output<typeof configSchema>;
export type WrittenSource = NonNullable<WrittenConfig['sources']>[string];
export type WrittenTarget = NonNullable<WrittenConfig['targets']>[string];
export type WrittenRepo = z.output<typeof repo>;
export type WrittenScheduleConfig = z.output<typeof schedule>;
export type WrittenRules = Pick<WrittenConfig, 'include' | 'exclude'>;

/** The keys that may stand in a place of the configuration, for suggestions. */
export const KNOWN_KEYS: readonly string[] = [
  ...Object.keys(configSchema.shape),
  ...Object.keys(localSource.shape),
  ...Object.keys(localTarget.shape),
  ...Object.keys(shareKeys),
  ...Object.keys(POD_KEYS),
  ...PASSWORD_KEYS,
  ...Object.keys(repoObject.shape),
  ...Object.keys(scheduleObject.shape),
];
