import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { expect, onTestFinished, test, vi } from 'vitest';

const text = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const [, example = ''] = /^```ts\n([^]*?)^```$/m.exec(text) ?? [];

test('the first example does what it says', async (context) => {
  needSamba(context);
  await using samba = await startSamba({ shares: { documents: {} } });
  const { host, port, user, password } = samba;
  const at = `host: 'nas.local',\n  user: 'me',`;
  expect(example).toContain(at);
  const file = join(import.meta.dirname, `readme-example-${process.pid}.ts`);
  writeFileSync(
    file,
    example
      .replace(at, `host: '${host}', port: ${port}, user: '${user}',`)
      .replace('@sessionkeep/smb2', '../src/index.js'),
  );
  onTestFinished(() => rmSync(file));
  vi.stubEnv('SMB_PASSWORD', password);
  const said = vi.spyOn(console, 'log').mockReturnValue();
  const complained = vi.spyOn(console, 'error').mockReturnValue();
  await import(/* @vite-ignore */ file);
  expect(said.mock.calls.map((words) => words.join(' '))).toEqual([
    'SMB 3.1.1, signed with AES-128-GMAC',
    'file hello.txt 14',
    'Hello, share!\n',
  ]);
  expect(complained).not.toHaveBeenCalled();
  expect(statSync(join(samba.folders.documents, 'hello.txt')).mtimeMs).toBe(1_700_000_000_000);
});
