import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startExecServer } from '@sessionkeep/testkit/exec-server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPods, loadCluster } from '../src/index.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kube-home-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function kubeconfig(name: string, user: object = {}, server = 'http://127.0.0.1:1'): string {
  const path = join(home, name);
  const config = {
    'current-context': name,
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const contextOf = (options: Parameters<typeof loadCluster>[0]): string =>
  loadCluster(options)._unsafeUnwrap().getCurrentContext();

it('takes the file that is named, those of KUBECONFIG, and the one at home', () => {
  const [one, two] = [kubeconfig('one'), kubeconfig('two')];
  expect(contextOf({ kubeconfig: two, env: { KUBECONFIG: one } })).toBe('two');
  const both = { KUBECONFIG: [join(home, 'none'), one, two].join(delimiter) };
  expect(contextOf({ env: both })).toBe('one');
  expect(contextOf({ env: both, context: 'two' })).toBe('two');
  mkdirSync(join(home, '.kube'));
  kubeconfig('.kube/config');
  expect(contextOf({ env: { HOME: home } })).toBe('.kube/config');
});

it('says what there is not, and never goes to a cluster that nobody named', () => {
  const none = loadCluster({ env: { HOME: home } })._unsafeUnwrapErr();
  expect(none).toMatchObject({ kind: 'usage', retry: false });
  expect(none.message).toContain('.kube/config');
  const wrong = loadCluster({ kubeconfig: kubeconfig('one'), context: 'two' })._unsafeUnwrapErr();
  expect(wrong.message).toContain('no context "two": it has one');
  writeFileSync(join(home, 'bad'), '{ no yaml: [');
  expect(loadCluster({ kubeconfig: join(home, 'bad') })._unsafeUnwrapErr().kind).toBe('usage');
});

it('signs in by the plug-in that a kubeconfig names; one that fails is denied', async () => {
  await using server = await startExecServer({ folder: home });
  const plugin = join(home, 'plugin');
  const { users } = JSON.parse(server.kubeconfig) as { users: [{ user: { token: string } }] };
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: users[0].user,
  };
  writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
  chmodSync(plugin, 0o755);
  const exec = (command: string): object => ({
    exec: { apiVersion: credential.apiVersion, command, interactiveMode: 'Never' },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const find = async (command: string) =>
    findPods(loadCluster({ kubeconfig: kubeconfig('plugin-user', exec(command), url) })._unsafeUnwrap(), {
      namespace: 'default',
      owner: { pod: 'pod' },
    });
  expect((await find(plugin))._unsafeUnwrap().pods).toHaveLength(1);
  expect((await find('/no/such/plugin'))._unsafeUnwrapErr()).toMatchObject({ kind: 'denied', retry: false });
});
