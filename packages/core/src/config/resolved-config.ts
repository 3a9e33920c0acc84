import type { FilterRules } from '../repo/keep-filter.js';
import type { Extra } from '../repo/extras.js';
import type { PodAddress } from '../pods/pod-address.js';
import type { Repo } from '../repo/repo.js';
import type { SmbAddress } from '../share/smb-address.js';

/** A configuration that was checked, with every rule that holds for a repo gathered. Paths are as written. */
export interface Config {
  readonly sources: readonly SourceConfig[];
  readonly targets: readonly TargetConfig[];
  /** The rules at the top, which hold for a source that no configuration names, too. */
  readonly rules: FilterRules;
  /** When a backup is to run; null where it is not said. */
  readonly schedule: ScheduleConfig | null;
}

/** When a backup is to run, as it is written: `@sessionkeep/schedule` reads it. */
export interface ScheduleConfig {
  readonly cron: string;
  readonly timeZone: string | null;
  readonly jitter: string | null;
}

/** A source, by its `type`. */
export type SourceConfig = LocalSource | SmbSource | KubernetesSource;

/** Claude Code's projects folder on this machine. */
export interface LocalSource extends SourceBase {
  readonly type: 'local';
  readonly path: string;
}

/** A projects folder on an SMB share. */
export interface SmbSource extends SourceBase, ShareAccess {
  readonly type: 'smb';
}

/** A projects folder in the pods of a cluster. */
export interface KubernetesSource extends SourceBase {
  readonly type: 'kubernetes';
  readonly address: PodAddress;
  /** Which of several: the oldest that is ready, or each that is as a source of its own. */
  readonly pods: 'first-ready' | 'each';
  /** Path of the kubeconfig as written; null for the usual ones. */
  readonly kubeconfig: string | null;
  /** Whether what is read is compressed in the pod. */
  readonly compress: 'auto' | 'on' | 'off';
}

/** What every source has, wherever it lies. */
interface SourceBase {
  readonly name: string;
  readonly repos: 'auto' | readonly RepoConfig[];
  /** What is kept of what lies beside the projects folder, which is then called `projects`. */
  readonly extras: readonly Extra[];
  readonly origin: string | null;
  /** For repos that are found automatically, and for the extras. */
  readonly rules: FilterRules;
}

/** A repo that the configuration names, and every rule that holds for it. */
export interface RepoConfig {
  readonly repo: Repo;
  readonly rules: FilterRules;
}

/** A target, by its `type`. */
export type TargetConfig = LocalTarget | SmbTarget;

/** A folder on this machine, or a mounted share. */
export interface LocalTarget extends TargetBase {
  readonly type: 'local';
  readonly path: string;
}

/** A folder on an SMB share that need not be mounted. */
export interface SmbTarget extends TargetBase, ShareAccess {
  readonly type: 'smb';
}

interface TargetBase {
  readonly name: string;
  /** The archive's id, when it is pinned. */
  readonly id: string | null;
}

/** Which share it is, and how to get there. */
export interface ShareAccess {
  readonly address: SmbAddress;
  /** Null where the configuration does not say. */
  readonly password: PasswordSource | null;
  readonly signing: 'required' | 'if-offered';
  readonly encryption: 'required' | 'if-offered' | 'off';
}

/** Where a password comes from; never the password itself. Names and paths are as written. */
export type PasswordSource =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'command'; readonly command: readonly string[] };
