// Writes the configuration's JSON Schema: to the files that are named, else anew to docs/sessionkeep.schema.json. Needs a
// build of @sessionkeep/core.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { configJsonSchema } from '../../../packages/core/dist/config.js';

const [, , ...named] = process.argv;
const page = fileURLToPath(new URL('../../../docs/sessionkeep.schema.json', import.meta.url));
const text = await format(JSON.stringify(configJsonSchema()), { parser: 'json', printWidth: 110 });
for (const file of named.length > 0 ? named : [page]) writeFileSync(file, text);
