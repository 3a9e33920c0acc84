import { problem, type Problem } from '../failure.js';

/** What an API server says of a request, as far as it is looked at. */
export interface StatusLike {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** A Status in text from a server; null for what is none. Fields of the wrong type are left out. */
export function parseStatus(text: string): StatusLike | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { status, message, reason, code, details } = value as Record<string, unknown>;
  const causes = (details as { causes?: unknown } | null | undefined)?.causes;
  return {
    ...(typeof status === 'string' ? { status } : {}),
    ...(typeof message === 'string' ? { message: shortened(message) } : {}),
    ...(typeof reason === 'string' ? { reason: shortened(reason) } : {}),
    ...(typeof code === 'number' ? { code } : {}),
    ...(Array.isArray(causes) ? { details: { causes: causes.flatMap(causeOf) } } : {}),
  };
}

function causeOf(value: unknown): { reason?: string; message?: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { reason, message } = value as Record<string, unknown>;
  return [
    {
      ...(typeof reason === 'string' ? { reason } : {}),
      ...(typeof message === 'string' ? { message: shortened(message) } : {}),
    },
  ];
}

const shortened = (text: string): string => (text.length > 2000 ? `${text.slice(0, 2000)}…` : text);

/** What an HTTP status means where an exec was asked for. A pod that is not there is no file that is not there. */
export function httpProblem(code: number, message: string): Problem {
  const said = message === '' ? `the API server answered ${code}` : `the API server says: ${message}`;
  switch (code) {
    case 401:
      return problem('denied', said, {
        hint: 'sign in again: the credentials of this context were not accepted',
      });
    case 403:
      return problem('denied', said, {
        hint: 'this user needs get and create on pods/exec, get and list on pods, and get on a deployment or statefulset that is named',
      });
    case 404:
      return problem('unreachable', said, { hint: 'the pod is gone; another may have taken its place' });
    case 400:
      return problem('unreachable', said);
    case 408:
    case 429:
      return problem('timeout', said, { retry: true });
    default:
      // A container that is not running (yet), a kubelet that is away: 500 and more.
      return problem('unreachable', said, { retry: code >= 500 });
  }
}

/** What it means that no connection came about, or that it broke. */
export function networkProblem(cause: unknown): Problem {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { code = '' } = error as NodeJS.ErrnoException;
  const text = error.message === '' ? code : error.message;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return problem('denied', text, {
      hint: "the API server's certificate is not trusted: see certificate-authority in the kubeconfig",
      cause,
    });
  }
  if (code === 'ETIMEDOUT' || /handshake has timed out/.test(text)) {
    return problem('timeout', text, { retry: true, cause });
  }
  return problem('unreachable', text, { retry: true, cause });
}

/** Why a command that was to go on has ended. */
export function endProblem(status: StatusLike | null, code: number, stderr: string): Problem {
  const complaint = stderr.trim() === '' ? '' : ` (it wrote: ${lastLine(stderr)})`;
  if (status === null) {
    const how = code === 1006 ? 'the connection broke' : `the connection was closed (${code})`;
    return problem('unreachable', `${how} before the answer was whole${complaint}`, { retry: true });
  }
  if (/\bhead: .*not found/.test(stderr)) {
    return problem('unsupported', `the container's image lacks what reading needs: head${complaint}`, {
      hint: NO_SHELL,
    });
  }
  if (status.status === 'Success') {
    return problem('unreachable', 'the answer is not whole, though its status says Success', { retry: true });
  }
  const message = status.message ?? 'no reason was given';
  const exit = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (isMissing(message) || exit === '126' || exit === '127') {
    return problem('unsupported', `the container has no usable shell: ${runtimeWords(message)}${complaint}`, {
      hint: NO_SHELL,
    });
  }
  if (exit === '137' || exit === '143') {
    return problem('unreachable', 'the command was killed, as when its pod ends', { retry: true });
  }
  return problem('unreachable', `${message}${complaint}`, { retry: true });
}

const isMissing = (message: string): boolean =>
  /executable file not found|no such file or directory|stat .*: permission denied/.test(message);

/** Which program could not be run and why, without the ids and layers that a runtime puts before it. */
function runtimeWords(message: string): string {
  const at = message.lastIndexOf('exec: "');
  return (at < 0 ? message : message.slice(at)).replace(/: unknown$/, '');
}

const lastLine = (text: string): string => shortened(text.trim().split('\n').at(-1) ?? '');

/** What to do where an image cannot be read in. */
export const NO_SHELL =
  'read its volume from elsewhere: a pod or CronJob that mounts the same volume and has a shell, find, stat, cat, head, dd, xargs and sha256sum';
