import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { cronText } from '../cron/cron-text.js';
import { checkText, invalid, type Rendered } from '../render/program.js';
import type { Schedule } from '../schedule/schedule.js';
import { yamlText, type YamlValue } from './yaml-text.js';

/** A job of Kubernetes. */
export interface CronJobSpec {
  /** The name of the CronJob and of its container. */
  readonly name: string;
  /** Null for that which it is applied to. */
  readonly namespace: string | null;
  readonly schedule: Schedule;
  readonly image: string;
  /** The arguments of the image's entry point. */
  readonly args: readonly string[];
  /** The option of the image's program by which it waits by itself, as `--jitter`; null where it has none. */
  readonly jitterOption: string | null;
  /** Whom it is to the cluster; null for somebody who may nothing, and is given no token. */
  readonly serviceAccount: string | null;
  /** A ConfigMap that is mounted, read-only. */
  readonly configMap: { readonly name: string; readonly mountPath: string } | null;
  /** A Secret whose keys become variables of the environment; it need not be there. */
  readonly secret: string | null;
  /** Exit codes of the program, from 1 to 255, that a second try would not change, or would hide: the Job ends there. */
  readonly finalExitCodes: readonly number[];
}

/** Those of the usual Node images' user. */
const USER = 1001;
/** A run that could not begin for so long is left to the next one. */
const STARTING_DEADLINE = 3600;
/** A Job that takes so many seconds is ended, as one that hangs would keep all others from beginning. */
const LONGEST_RUN = 6 * 3600;
/** Seconds between SIGTERM and SIGKILL: what is under way is ended and recorded. */
const GRACE = 60;
/** A CronJob's name is shorter than other names, as its Jobs have it with a number behind. */
const LONGEST_NAME = 52;

/**
 * A CronJob of `batch/v1` (for Kubernetes 1.27 and later, which know `timeZone` and `podFailurePolicy`) as YAML: one run at a
 * time, tried again once, as a user without rights, on a read-only root file system. A pod that is evicted counts as no try.
 */
export function cronJobYaml(spec: CronJobSpec): Result<Rendered, KeepError> {
  const problem = checkSpec(spec);
  if (problem !== null) return err(problem);
  const { name, namespace, schedule } = spec;
  const labels = { 'app.kubernetes.io/name': 'sessionkeep', 'app.kubernetes.io/instance': name };
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, ...(namespace !== null && { namespace }), labels },
    spec: {
      schedule: cronText(schedule.cron),
      ...(schedule.timeZone !== null && { timeZone: schedule.timeZone }),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: LONGEST_RUN + schedule.jitterSeconds,
          backoffLimit: 1,
          podFailurePolicy: { rules: failureRules(spec) },
          template: { metadata: { labels }, spec: podSpec(spec) },
        },
      },
    },
  };
  return ok({ text: yamlText(manifest), caveats: caveats(spec) });
}

/** The first that fits decides; where none does, it counts as a try. */
function failureRules({ name, finalExitCodes }: CronJobSpec): YamlValue[] {
  const values = [...finalExitCodes].sort((a, b) => a - b);
  return [
    ...(values.length === 0
      ? []
      : [{ action: 'FailJob', onExitCodes: { containerName: name, operator: 'In', values } }]),
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ];
}

function podSpec(spec: CronJobSpec): Record<string, YamlValue> {
  const { serviceAccount, configMap } = spec;
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: GRACE,
    ...(serviceAccount !== null && { serviceAccountName: serviceAccount }),
    automountServiceAccountToken: serviceAccount !== null,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(spec)],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      ...(configMap === null ? [] : [{ name: 'config', configMap: { name: configMap.name } }]),
    ],
  };
}

function container({
  name,
  image,
  args,
  schedule,
  jitterOption,
  configMap,
  secret,
}: CronJobSpec): Record<string, YamlValue> {
  const { jitterSeconds } = schedule;
  const jitter =
    jitterSeconds > 0 && jitterOption !== null ? [`${jitterOption}=${jitterSeconds.toString()}s`] : [];
  const allArgs = [...args, ...jitter];
  return {
    name,
    image,
    ...(allArgs.length > 0 && { args: allArgs }),
    ...(secret !== null && { envFrom: [{ secretRef: { name: secret, optional: true } }] }),
    // Of a program that ends without a word, killed for its memory say, the end of its log is shown in its place.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: {
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...(configMap === null ? [] : [{ name: 'config', mountPath: configMap.mountPath, readOnly: true }]),
    ],
  };
}

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

function checkSpec({
  name,
  namespace,
  image,
  args,
  serviceAccount,
  configMap,
  secret,
  finalExitCodes,
}: CronJobSpec): KeepError | null {
  if (!DNS_LABEL.test(name) || name.length > LONGEST_NAME)
    return invalid(`"${name}" is no name of a CronJob`, 'it takes a-z, 0-9 and -, at most 52 of them');
  for (const other of [namespace, serviceAccount, configMap?.name ?? null, secret])
    if (other !== null && !DNS_NAME.test(other))
      return invalid(`"${other}" is no name that Kubernetes takes`);
  if (!/^[\w./:@-]+$/.test(image)) return invalid(`"${image}" is no image`, 'write it as REGISTRY/NAME:TAG');
  if (configMap !== null && !/^\/[^:]+$/.test(configMap.mountPath))
    return invalid(`a ConfigMap cannot be mounted at ${configMap.mountPath}`);
  for (const code of finalExitCodes)
    if (!Number.isInteger(code) || code < 1 || code > 255)
      return invalid(`${code.toString()} is no exit code of a failure`);
  for (const arg of args) {
    const checked = checkText('an argument', arg);
    if (checked.isErr()) return checked.error;
  }
  return null;
}

function caveats({ schedule: { timeZone, jitterSeconds }, jitterOption }: CronJobSpec): string[] {
  return [
    ...(timeZone === null
      ? ['without a time zone a CronJob goes by the clock of the control plane, which mostly is UTC']
      : []),
    ...(jitterSeconds > 0 && jitterOption === null
      ? ['Kubernetes knows no jitter, and the program has no option for it: every run begins on time']
      : []),
  ];
}
