import { spawn } from 'node:child_process';
import { findProgram } from '../samba/programs.js';

const LONGEST = 60_000;

/** How kubectl is run. */
export interface KubectlOptions {
  readonly input?: string | Uint8Array | undefined;
  /** False: the input stays open for as long as kubectl runs. */
  readonly inputEnds?: boolean;
  /** In milliseconds. */
  readonly longest?: number | undefined;
}

/** Runs kubectl with `KUBECONFIG` as it is; its standard output. Throws with what it complained of, or when it takes too long. */
export function runKubectl(
  args: readonly string[],
  { input, inputEnds = true, longest = LONGEST }: KubectlOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(kubectlPath(), args, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const late = setTimeout(() => {
      stderr += `no end after ${longest} ms`;
      child.kill('SIGKILL');
    }, longest);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(late);
      child.stdin.destroy();
      if (code === 0) resolve(stdout);
      else
        reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}${code === null ? '' : ` (${code})`}`));
    });
    // Who does not read its input to the end may do so.
    child.stdin.on('error', () => undefined);
    if (inputEnds || input === undefined) child.stdin.end(input);
    else child.stdin.write(input);
  });
}

/** Where kubectl lies. */
export function kubectlPath(): string {
  const path = findProgram('kubectl');
  if (path === null) throw new Error('kubectl is not installed');
  return path;
}
