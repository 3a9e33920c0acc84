import * as z from 'zod';
import { configSchema } from './schema.js';

/**
 * The JSON Schema of `sessionkeep.yaml`, for editors that complete and check it.
 *
 * @example
 * console.log(JSON.stringify(configJsonSchema(), null, 2));
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema: Record<string, unknown> = z.toJSONSchema(configSchema, { io: 'input', reused: 'inline' });
  return { ...schema, title: 'sessionkeep.yaml', description: 'The configuration of sessionkeep.' };
}
