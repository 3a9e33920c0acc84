import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testContext } from '../../test/helpers/context.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { runTool } from './run-tool.js';

test('a program that cannot be begun is an error, and nothing is thrown', () => {
  const program = join(temporaryFolder(), 'loginctl');
  expect(runTool(program, [], testContext())._unsafeUnwrapErr().message).toBe(`there is no ${program} here`);
  writeFileSync(program, '', { mode: 0o600 });
  expect(runTool(program, [], testContext())._unsafeUnwrapErr()).toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('cannot be run') as string,
  });
});
