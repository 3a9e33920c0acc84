import { configJsonSchema } from '@sessionkeep/core/config';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/sessionkeep.schema.json is current; node apps/cli/scripts/write-schema.mjs writes it anew', () => {
  const file = new URL('../../../docs/sessionkeep.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});
