import { expect, test } from 'vitest';
import { schemaAddress } from './schema-address.js';

test('the published schema of this version; before there is one, the file beside the program', () => {
  expect(schemaAddress('1.2.3')).toBe('https://unpkg.com/sessionkeep@1.2.3/dist/sessionkeep.schema.json');
  expect(schemaAddress('0.0.0', new URL('file:///a b/dist/sessionkeep.schema.json'))).toBe(
    'file:///a%20b/dist/sessionkeep.schema.json',
  );
});
