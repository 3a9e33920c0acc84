#!/bin/sh
import { EXIT, homeFolder, isOldNode, watchSignals } from '@sessionkeep/runner/program';
import { hostname } from 'node:os';
import { engines, version } from '../package.json';
import { openLogSink } from './log/log-sink.js';
import { helpText } from './options/help-text.js';
import { runApp } from './run/run-app.js';

// Read by Node's thread pool when it is first used: digests and file operations of several lanes run there.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const argv = process.argv.slice(2);
if (argv.includes('--help')) process.stdout.write(helpText());
else if (argv.includes('--version')) process.stdout.write(`${version}\n`);
else if (isOldNode(process.versions.node, engines.node)) {
  const needed = engines.node.replace('>=', '');
  process.stderr.write(
    `error: sessionkeep-cronjob needs Node ${needed} or later; this is ${process.versions.node}\n`,
  );
  process.exitCode = EXIT.usage;
} else {
  const { env } = process;
  let told: (text: string) => void = () => undefined;
  process.exitCode = await runApp(argv, {
    world: {
      cwd: process.cwd(),
      env,
      home: homeFolder(env),
      hostname: hostname(),
      signal: watchSignals((text) => told(text)),
      now: Date.now,
      version,
    },
    sink: openLogSink(process.stdout),
    onStop: (tell) => (told = tell),
  });
}
