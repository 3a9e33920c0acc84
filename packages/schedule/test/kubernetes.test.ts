import { CronJob } from 'kubernetes-models/batch/v1';
import fc from 'fast-check';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { cronJobYaml, type CronJobSpec } from '../src/index.js';
import { yamlText, type YamlValue } from '../src/kubernetes/yaml-text.js';
import { NASTY, scheduleOf } from './helpers/jobs.js';

function specOf(changes: Partial<CronJobSpec> = {}): CronJobSpec {
  return {
    name: 'sessionkeep',
    namespace: 'backup',
    schedule: scheduleOf({ cron: '0 3 * * mon-fri', timeZone: 'Europe/Berlin' }),
    image: 'registry.example.org/sessionkeep-cronjob:1.0@sha256:00',
    args: ['--config', '/etc/sessionkeep/sessionkeep.yaml'],
    jitterOption: null,
    serviceAccount: 'sessionkeep',
    configMap: { name: 'sessionkeep', mountPath: '/etc/sessionkeep' },
    secret: 'sessionkeep',
    finalExitCodes: [4, 2],
    ...changes,
  };
}

type Manifest = NonNullable<ConstructorParameters<typeof CronJob>[0]>;

const LEAST = {
  namespace: null,
  args: [],
  serviceAccount: null,
  configMap: null,
  secret: null,
  finalExitCodes: [],
};

function manifestOf(changes: Partial<CronJobSpec> = {}): Manifest {
  return parse(cronJobYaml(specOf(changes))._unsafeUnwrap().text) as Manifest;
}

test.each([
  ['everything', {}],
  ['nothing that can be left out', LEAST],
  ['whatever arguments', { args: NASTY }],
])('the schema of batch/v1 takes it: %s', (_, changes) => {
  const manifest = manifestOf(changes);
  expect(() => new CronJob(manifest).validate()).not.toThrow();
  // The schema says which values are right, and its types which fields there are.
  expect(complaints(manifest)).toEqual([]);
});

test('the schema would refuse what is wrong', () => {
  const wrong = manifestOf();
  expect(() =>
    new CronJob({ ...wrong, spec: { ...wrong.spec, concurrencyPolicy: 'Never' as never } }).validate(),
  ).toThrow();
  expect(complaints({ ...wrong, spec: { ...wrong.spec, timezone: 'UTC' } })).toEqual([
    expect.stringContaining(`'"timezone"' does not exist`),
  ]);
});

/** What TypeScript has against a manifest that is written down as a CronJob: fields that there are not, above all. */
function complaints(manifest: object): string[] {
  const name = join(import.meta.dirname, 'manifest.generated.ts');
  const text = `import type { ICronJob } from 'kubernetes-models/batch/v1';\nexport const job: ICronJob = ${JSON.stringify(manifest)};\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version) =>
    file === name ? ts.createSourceFile(file, text, version) : getSourceFile(file, version);
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(name))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('one run at a time, no rights, nothing to write to, and a history', () => {
  expect(manifestOf()).toMatchObject({
    metadata: { name: 'sessionkeep', namespace: 'backup' },
    spec: {
      schedule: '0 3 * * 1-5',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: 'sessionkeep',
              securityContext: { runAsNonRoot: true, runAsUser: 1001 },
              containers: [
                {
                  args: ['--config', '/etc/sessionkeep/sessionkeep.yaml'],
                  envFrom: [{ secretRef: { name: 'sessionkeep', optional: true } }],
                  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
                },
              ],
            },
          },
        },
      },
    },
  });
  expect(manifestOf(LEAST).spec.jobTemplate.spec?.template.spec).toMatchObject({
    automountServiceAccountToken: false,
  });
});

test('a failure is tried again once, unless that would not help, and nothing runs for ever', () => {
  const jobOf = (changes: Partial<CronJobSpec> = {}): object | undefined =>
    manifestOf(changes).spec.jobTemplate.spec;
  const evicted = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };
  expect(jobOf()).toMatchObject({
    activeDeadlineSeconds: 21_600,
    backoffLimit: 1,
    podFailurePolicy: {
      rules: [
        {
          action: 'FailJob',
          onExitCodes: { containerName: 'sessionkeep', operator: 'In', values: [2, 4] },
        },
        evicted,
      ],
    },
    template: { spec: { containers: [{ terminationMessagePolicy: 'FallbackToLogsOnError' }] } },
  });
  expect(jobOf(LEAST)).toMatchObject({ podFailurePolicy: { rules: [evicted] } });
  // Who waits by chance has no less time for it.
  const schedule = scheduleOf({ cron: '@daily', jitter: '15m' });
  expect(jobOf({ schedule })).toMatchObject({ activeDeadlineSeconds: 21_600 + 900 });
});

test('times as every cron writes them: no names, and Sunday is 0', () => {
  expect(
    manifestOf({ schedule: scheduleOf({ cron: '0 3 * jan sat-7', timeZone: 'UTC' }) }).spec.schedule,
  ).toBe('0 3 * 1 0,6');
});

test('what Kubernetes does otherwise is said', () => {
  const caveats = (changes: Partial<CronJobSpec>): readonly string[] =>
    cronJobYaml(specOf(changes))._unsafeUnwrap().caveats;
  expect(caveats({})).toEqual([]);
  expect(caveats({ schedule: scheduleOf({ cron: '@daily', jitter: '15m' }) })).toEqual([
    'without a time zone a CronJob goes by the clock of the control plane, which mostly is UTC',
    'Kubernetes knows no jitter, and the program has no option for it: every run begins on time',
  ]);
  const schedule = scheduleOf({ cron: '@daily', timeZone: 'UTC', jitter: '15m' });
  expect(caveats({ schedule, jitterOption: '--jitter' })).toEqual([]);
  const job = manifestOf({ schedule, jitterOption: '--jitter' });
  expect(job.spec.jobTemplate.spec?.template.spec?.containers[0]?.args?.at(-1)).toBe('--jitter=900s');
});

test.each([
  [{ name: 'Upper' }, '"Upper" is no name of a CronJob'],
  [{ name: 'a'.repeat(53) }, `"${'a'.repeat(53)}" is no name of a CronJob`],
  [{ namespace: 'a\nb' }, '"a\\x0ab" is no name that Kubernetes takes'],
  [{ image: 'a b' }, '"a b" is no image'],
  [{ finalExitCodes: [0] }, '0 is no exit code of a failure'],
  [{ finalExitCodes: [256] }, '256 is no exit code of a failure'],
  [{ args: ['a\0'] }, 'an argument has control characters: a\\x00'],
  [{ configMap: { name: 'c', mountPath: 'etc' } }, 'a ConfigMap cannot be mounted at etc'],
])('%j is refused', (changes, message) => {
  expect(cronJobYaml(specOf(changes))._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid', message });
});

test('whatever stands in it, a parser reads it back, also one of YAML 1.1', () => {
  const word = fc.constantFrom(
    'yes',
    'No',
    'on',
    'null',
    '~',
    '1e3',
    'E0',
    'e-1',
    '0x1',
    '1:30',
    '- a',
    'a: b',
    '#',
    '2026-01-01',
    '=',
    '<<',
    ...NASTY,
  );
  const { value } = fc.letrec<{ value: YamlValue; map: Record<string, YamlValue> }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      word,
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('map'),
    ),
    map: fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(fc.dictionary(word, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }), (map) => {
      const text = yamlText(map);
      expect(parse(text)).toEqual(map);
      expect(parse(text, { version: '1.1' })).toEqual(map);
    }),
    { numRuns: 500 },
  );
});
