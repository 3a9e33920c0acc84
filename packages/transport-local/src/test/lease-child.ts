import { createInterface } from 'node:readline';
import { openLocalTransport } from '../open-local-transport.js';
import { at, kindOf, must } from './disk.js';

/** Another run, in a process of its own: takes the lease of `folder` below the root it is given, then does as it is told. */
const [root = '', run = ''] = process.argv.slice(2);
const transport = must(await openLocalTransport({ root }));
const holder = { run, host: 'here', user: 'me', pid: process.pid, since: '2026-01-01T00:00:00Z' };
const taken = await transport.lease(at('folder'), holder);
process.stdout.write(`${kindOf(taken)}\n`);
const lease = must(taken);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'check') process.stdout.write(`${kindOf(await lease.check())}\n`);
  if (line === 'release') process.stdout.write(`${kindOf(await lease.release())}\n`);
}
