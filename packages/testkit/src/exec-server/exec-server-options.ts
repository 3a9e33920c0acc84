import type { Misbehaviour } from './misbehaviour.js';
import type { Userland } from './userland.js';

/** The subprotocols of exec that clients and servers agree on today. */
export type ExecProtocol = 'v4.channel.k8s.io' | 'v5.channel.k8s.io';

/** A pod as the API shows it. */
export interface ServedPod {
  readonly name: string;
  /** `default` unless told otherwise. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Names of its containers; one called `main` unless told otherwise. */
  readonly containers?: readonly string[];
  /** `Running` unless told otherwise. */
  readonly phase?: string;
  readonly ready?: boolean;
  /** True while it is being deleted. */
  readonly terminating?: boolean;
  /** ISO 8601. */
  readonly created?: string;
  /** The folder that its commands start in, and their `HOME`; the server's unless told otherwise. */
  readonly folder?: string;
  /** What it belongs to, as in `ownerReferences`. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** A Deployment or StatefulSet, as far as it tells which pods are its own. */
export interface ServedWorkload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
  /** `default` unless told otherwise. */
  readonly namespace?: string;
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** What somebody asks to do, in the words of a SelfSubjectAccessReview. */
export interface AccessAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
}

/** How {@link startExecServer} is told what to be. */
export interface ExecServerOptions {
  /** The folder that commands start in, and their `HOME`. */
  readonly folder: string;
  /** What the server speaks, best first; both, v5 first, unless told otherwise. */
  readonly protocols?: readonly ExecProtocol[];
  /** The programs of the pods; this machine's own unless told otherwise. */
  readonly userland?: Userland;
  /** Whom commands run as; only root may say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** One pod called `pod` unless told otherwise. */
  readonly pods?: readonly ServedPod[];
  readonly workloads?: readonly ServedWorkload[];
  /** What the caller may not do: answered with 403 and, in a review, with `allowed: false`. */
  readonly denied?: (attributes: AccessAttributes) => boolean;
  /** From the start; {@link ExecServer.misbehave} changes it. */
  readonly misbehaviour?: Misbehaviour;
}

/** A server that was started. Gone with `await using`, or with `stop`. */
export interface ExecServer extends AsyncDisposable {
  readonly port: number;
  /** What a client needs to get here, as the text of a kubeconfig. */
  readonly kubeconfig: string;
  /** How many execs were begun. */
  readonly execs: number;
  /** How many bytes commands have written so far, on their standard output. */
  readonly bytesOut: number;
  /** Paths of all requests so far, with their methods: `GET /api/v1/…`. */
  readonly requests: readonly string[];
  /** What execs that begin from now on do wrong: the first `times` of them, or all; null for nothing. */
  misbehave(misbehaviour: Misbehaviour | null, times?: number): void;
  /** Puts other pods in place of those there are. */
  setPods(pods: readonly ServedPod[]): void;
  /** How many commands run now. */
  running(): number;
  /** Cuts all connections as a network does: no closing handshake. */
  disconnect(): void;
  /** Ends all commands as the deletion of their pod does. */
  kill(): void;
  /** Ends all commands and connections, and lets go of what was laid out. */
  stop(): Promise<void>;
}
