// `npm run docs`: makes the reference of docs/configuration.md anew. Needs docs/sessionkeep.schema.json to be current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, renewReference } from './configuration-page.mjs';
import { root } from './workspace.mjs';

const schema = JSON.parse(readFileSync(join(root, 'docs/sessionkeep.schema.json'), 'utf8'));
writeFileSync(page, await renewReference(readFileSync(page, 'utf8'), schema));
