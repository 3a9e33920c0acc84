import {
  createReadStream,
  createWriteStream,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { SmbClient, type SmbError, type SmbShare } from '@sessionkeep/smb2';
import type { Mode, TaskName } from './tasks.js';

/** What the worker is to do; the password is in SESSIONKEEP_SMB_PASSWORD. */
export interface WorkerOrder {
  readonly task: TaskName;
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly share: string;
  readonly local: string;
  /** On the share. */
  readonly folder: string;
  readonly path: string;
}

/** What the worker has found out. */
export interface WorkerReport {
  /** From before the connection is made until it is closed. */
  readonly seconds: number;
  readonly signing: string | null;
  readonly encryption: string | null;
}

/** Many more than lanes of a disk: what is waited for is the network. */
const AT_ONCE = 64;
const CHUNK = 2 ** 20;

/** Does one task through the package, as a program would that uses it. Throws what goes wrong. */
async function work(order: WorkerOrder): Promise<WorkerReport> {
  const { mode, host, port, user } = order;
  const began = performance.now();
  const connected = await SmbClient.connect({
    host,
    port,
    user,
    password: process.env['SESSIONKEEP_SMB_PASSWORD'] ?? '',
    signing: mode === 'unsigned' ? 'if-required' : 'required',
    encryption: mode === 'encrypted' ? 'required' : 'off',
  });
  const client = must(connected);
  const { signing, encryption } = client.info;
  await perform(order, must(await client.share(order.share)));
  await client.close();
  return { seconds: (performance.now() - began) / 1000, signing, encryption };
}

async function perform(order: WorkerOrder, share: SmbShare): Promise<void> {
  switch (order.task) {
    case 'sign in':
      return;
    case 'put 256 MiB':
      return put(order, share);
    case 'get 256 MiB':
      return get(order, share);
    case '2000 x 20 KiB':
    case '300 at 10 ms':
      return publishAll(order, share);
    default:
      throw new Error(`the worker has no ${order.task}`);
  }
}

async function put({ local, path }: WorkerOrder, share: SmbShare): Promise<void> {
  const file = must(await share.open(path, { mode: 'create-or-truncate', access: ['write'] }));
  must(await file.writeStream(createReadStream(local, { highWaterMark: CHUNK })));
  must(await file.close());
}

async function get({ local, path }: WorkerOrder, share: SmbShare): Promise<void> {
  const file = must(await share.open(path));
  const output = createWriteStream(local, { highWaterMark: 4 * CHUNK });
  for await (const chunk of file.readStream()) {
    if (!output.write(must(chunk))) await once(output, 'drain');
  }
  output.end();
  await once(output, 'close');
  must(await file.close());
}

/**
 * Each file appears whole or not at all, is flushed, and has its time. What is not whole yet lies in a folder of its own: a
 * server that ignores case reads the whole folder for each name that is not there.
 */
async function publishAll({ local, folder }: WorkerOrder, share: SmbShare): Promise<void> {
  const names = readdirSync(local);
  const parts = `${folder}/parts`;
  must(await share.mkdir(parts));
  const lane = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const from = join(local, name);
      const published = await share.publish({
        path: `${folder}/${name}`,
        temporary: `${parts}/${name}`,
        bytes: readFileSync(from),
        times: { modified: statSync(from, { bigint: true }).mtimeNs },
      });
      must(published);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  must(await share.removeFolder(parts));
}

/** Reads the order, and writes the report to a file. */
export async function runWorker(order: string, report: string): Promise<void> {
  writeFileSync(report, JSON.stringify(await work(JSON.parse(order) as WorkerOrder)));
}

interface Judged<T> {
  match<A>(ok: (value: T) => A, err: (error: SmbError) => A): A;
}

function must<T>(result: Judged<T>): T {
  return result.match(
    (value) => value,
    (error) => {
      throw new Error(error.message);
    },
  );
}
