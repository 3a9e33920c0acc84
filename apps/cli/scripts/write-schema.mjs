// Writes docs/sessionkeep.schema.json anew from the configuration's schema. Needs a build of @sessionkeep/core.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { configJsonSchema } from '../../../packages/core/dist/config.js';

const file = fileURLToPath(new URL('../../../docs/sessionkeep.schema.json', import.meta.url));
writeFileSync(file, await format(JSON.stringify(configJsonSchema()), { parser: 'json', printWidth: 110 }));
