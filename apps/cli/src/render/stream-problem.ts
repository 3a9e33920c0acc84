/** What a stream says of a write that failed: `ENOSPC: no space left on device`. */
export function streamProblem({ code = '', message }: NodeJS.ErrnoException): string {
  // Node appends the system call, which nobody needs.
  const [text = message] = message.split(', ', 1);
  return text.startsWith(code) ? text : `${code}: ${text}`;
}
