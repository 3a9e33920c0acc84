#!/bin/sh
import { version } from '../package.json';

// Read by Node's thread pool when it is first used: digests and file operations of several lanes run there.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const argv = process.argv.slice(2);
if (argv[0] === '--version' || argv[0] === '-V' || argv[0] === 'version')
  process.stdout.write(`${version}\n`);
else {
  const { runCli } = await import('./run-cli.js');
  process.exitCode = await runCli(argv, version);
}
