/** The channels of exec over a WebSocket: the first byte of each message. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** A message of one channel. */
export function frame(channel: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel), bytes]);
}

/** A Status of the API, as exec and REST errors carry it. */
export interface ApiStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] };
  readonly code?: number;
}

const COMMON = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;

/** What the status channel says of a command that ended with this exit code. */
export function exitStatus(code: number): ApiStatus {
  if (code === 0) return { ...COMMON, status: 'Success' };
  return {
    ...COMMON,
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command, exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** What it says when there is no such program. */
export function noSuchProgram(program: string): ApiStatus {
  const message =
    `Internal error occurred: error executing command in container: failed to exec in container: OCI runtime exec failed: ` +
    `exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown`;
  return failureStatus(500, 'InternalError', message);
}

/** A failure as the API words it. */
export function failureStatus(code: number, reason: string, message: string): ApiStatus {
  return { ...COMMON, status: 'Failure', message, reason, code };
}
