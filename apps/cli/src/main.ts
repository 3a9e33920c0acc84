#!/bin/sh
import { engines, version } from '../package.json';

// Read by Node's thread pool when it is first used: digests and file operations of several lanes run there.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const argv = process.argv.slice(2);
if (argv[0] === '--version' || argv[0] === '-V' || argv[0] === 'version') {
  process.stdout.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`error: writing to standard output failed: ${code}\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`${version}\n`);
} else if (isOld(process.versions.node)) {
  const needed = engines.node.replace('>=', '');
  process.stderr.write(
    `error: sessionkeep needs Node ${needed} or later; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  const { runCli } = await import('./run-cli.js');
  process.exitCode = await runCli(argv, version);
}

/** Package managers only warn, and what is missing in an old Node would look like a mistake of ours. The runner's would bring all of it. */
function isOld(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
