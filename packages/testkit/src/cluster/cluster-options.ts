/** How a pod is made. */
export interface PodOptions {
  /**
   * Its userland. Debian's image is `SESSIONKEEP_TEST_IMAGE_DEBIAN`, BusyBox's `SESSIONKEEP_TEST_IMAGE_BUSYBOX`; where these are not
   * set, `local/debian:1` and `local/busybox:1` if a node has them, else those of Docker Hub.
   */
  readonly image?: 'debian' | 'busybox';
  /** Fields of the container `main`, in place of the usual ones. */
  readonly container?: object;
  /** Fields of the pod's spec, in place of the usual ones. */
  readonly spec?: object;
  readonly labels?: Readonly<Record<string, string>>;
}

/** How a command is run in a pod. */
export interface ExecOptions {
  readonly container?: string;
  /** Its standard input. */
  readonly input?: string | Uint8Array;
  /** In milliseconds; a minute otherwise. */
  readonly longest?: number;
}

/** A namespace of one's own on a cluster. */
export interface Cluster extends AsyncDisposable {
  readonly namespace: string;
  /** The images of {@link PodOptions}. */
  readonly images: Readonly<Record<'debian' | 'busybox', string>>;

  /** Runs kubectl in the namespace; its standard output. Throws with what it complained of. */
  kubectl(args: readonly string[], options?: Omit<ExecOptions, 'container'>): Promise<string>;

  /** Makes or changes objects in the namespace. */
  apply(...objects: readonly object[]): Promise<void>;

  /**
   * The manifest of a pod that waits to be told what to do, whose commands are run by nobody (uid 65534) with the HOME `/home/user`, a
   * volume that outlives its container.
   */
  pod(name: string, options?: PodOptions): { readonly metadata: object; readonly spec: object };

  /** Makes such a pod, and waits until it is ready. */
  startPod(name: string, options?: PodOptions): Promise<void>;

  /** Waits for `condition`, as `kubectl wait --for` has it. */
  wait(object: string, condition: string): Promise<void>;

  /** Removes a pod at once: the cluster knows it no more, and its containers are killed a moment later. */
  removePod(name: string): Promise<void>;

  /** Runs a script by `sh` in a pod; its standard output. Throws where it fails. */
  exec(pod: string, script: string, options?: ExecOptions): Promise<string>;

  /** Removes the namespace and all that is in it; may be called again. */
  stop(): Promise<void>;
}
