import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PodMachine } from './helpers/pods.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { useSamba } from './helpers/shares.js';
import { contentsOf } from './helpers/tree.js';

const samba = useSamba();

test('from pods to a share: nothing of it lands on this disk', async () => {
  const { user, host, port, password, folders } = samba();
  const here = await PodMachine.start();
  const text = logLine('/srv/app', 'only in the pod and on the share '.repeat(50));
  for (let file = 0; file < 300; file++)
    writeFiles(here.inPod(), { [`-srv-app/${file.toString()}.jsonl`]: text.repeat(1 + (file % 40)) });
  writeFiles(here.inPod(), { '-srv-app/big.jsonl': text.repeat(10_000) });
  const url = `smb://${user}@${host}:${port.toString()}/share/from-pods`;
  const base = [
    '--from',
    'k8s://default/deployment/web/~/.claude/projects',
    '--source',
    'web',
    '--to',
    url,
    '--json',
  ];
  const temporary = join(here.root, 'tmp');
  writeFiles(temporary, { 'is-there': '' });
  const env = { SESSIONKEEP_SMB_PASSWORD: password, TMPDIR: temporary };
  const ran = await here.run(['backup', ...base], { env });
  expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 302]);
  expect(contentsOf(join(folders.share, 'from-pods/source-web/repo-app'))).toEqual(
    contentsOf(here.inPod('web-1', '-srv-app')),
  );
  // What this machine remembers of it, and nothing else.
  expect([readdirSync(temporary), existsSync(join(here.cwd, 'kept'))]).toEqual([['is-there'], false]);
  const own = Object.keys(contentsOf(here.root)).filter((path) => !path.startsWith('pods/'));
  expect(own.filter((path) => !path.startsWith('state/sessionkeep/')).sort()).toEqual([
    'kubeconfig',
    'tmp/is-there',
  ]);
  for (const args of [['verify'], ['verify', '--deep']]) {
    const verified = await here.run([...args, ...base], { env });
    expect([args, verified.code, verified.summary['matching']]).toEqual([args, 0, 302]);
  }
});
