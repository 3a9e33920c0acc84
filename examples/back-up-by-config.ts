// Backs up what a configuration says, and afterwards says how the archive stands to its sources.
//
//   node examples/back-up-by-config.ts ./sessionkeep.yaml [TARGET]
//
// It is what `sessionkeep backup` does: folders, pods and shares are found and opened, passwords come from where the
// configuration says, and a source that is away leaves the others.
import { printable } from '@sessionkeep/core';
import { backup, chooseWork, startEngine, type Observer } from '@sessionkeep/runner';
import { errorLine, EXIT_MEANINGS, exitCode, failedEnding, homeFolder } from '@sessionkeep/runner/program';
import { hostname } from 'node:os';

const [config, target] = process.argv.slice(2);
if (config === undefined) {
  console.error('usage: node back-up-by-config.ts CONFIG [TARGET]');
  process.exit(2);
}

// The first Ctrl-C ends the run in good order: what was copied by then is recorded and stays.
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

// What a run may use of the world is handed in, so that it can be run anywhere.
const world = {
  cwd: process.cwd(),
  env: process.env,
  home: homeFolder(process.env),
  hostname: hostname(),
  signal: interrupt.signal,
  now: Date.now,
  version: 'example',
};

const observer: Observer = {
  listener: () => (event) => {
    if (event.type === 'file') console.log(event.outcome.padEnd(10), event.repo, printable(event.path));
  },
  expect: () => undefined,
  repo: (name, text) => console.log(`${printable(name)}: ${text}`),
  note: (message) => console.log(message),
  detail: () => undefined,
  warn: (message) => console.error(`warning: ${message}`),
};

const engine = await startEngine(world, { observer, tell: (line) => console.error(line) });
const work = await chooseWork({ config, ...(target !== undefined && { to: target }) }, world, engine);
if (work.isErr()) {
  for (const error of work.error) console.error(errorLine(error));
  process.exitCode = exitCode(work.error.map(failedEnding));
} else {
  const end = await backup({ work: work.value, engine, observer });
  for (const error of end.errors) console.error(errorLine(error));
  for (const alarm of end.alarms) console.error(`damage: ${alarm}`);
  console.log(`${EXIT_MEANINGS[end.exitCode]}: ${end.sum.bytes} bytes moved, ${end.reports.length} repos`);
  process.exitCode = end.exitCode;
}
await engine.pods.close();
