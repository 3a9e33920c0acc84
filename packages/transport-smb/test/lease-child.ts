import { createInterface } from 'node:readline';
import { at } from '@sessionkeep/testkit';
import { openSmbTransport } from '../src/index.js';
import { kindOf, must } from './results.js';

/** Another run, in a process of its own: takes the lease of `folder` below the root it is given, and holds it until it is killed. */
const [port = '', user = '', password = '', folder = ''] = process.argv.slice(2);
const where = { host: '127.0.0.1', port: Number(port), user, password, share: 'share', folder };
const transport = must(await openSmbTransport(where));
const holder = { run: 'child', host: 'here', user: 'me', pid: process.pid, since: '2026-01-01T00:00:00Z' };
process.stdout.write(`${kindOf(await transport.lease(at('folder'), holder))}\n`);
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${line}\n`);
