import * as z from 'zod';
import { parseSmbUrl } from '../share/parse-smb-url.js';

const text = z.string().min(1, { error: 'must not be empty' });

const url = text
  .transform((written, { issues }) =>
    parseSmbUrl(written).match(
      (address) => address,
      ({ message, hint }) => {
        issues.push({ code: 'custom', message, input: written, params: { hint } });
        return z.NEVER;
      },
    ),
  )
  .describe('smb://[DOMAIN;]USER@HOST[:PORT]/SHARE/FOLDER, without a password. The user guest needs none.');

const password = z
  .strictObject(
    {
      env: text.optional().describe('The environment variable that it is in.'),
      file: text.optional().describe('The file whose first line it is.'),
      command: z
        .array(text)
        .min(1, { error: 'must name a program' })
        .optional()
        .describe(
          "The program that prints it, and its arguments; no shell reads them. Only of a configuration that --config names, or the user's own.",
        ),
    },
    {
      error: ({ code }) =>
        code === 'invalid_type'
          ? 'must not stand in the file, where everybody who reads or copies it has it: write { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }'
          : undefined,
    },
  )
  .meta({ oneOf: [{ required: ['env'] }, { required: ['file'] }, { required: ['command'] }] });

/** The keys that say which share it is, and how to get there. */
export const shareKeys = {
  type: z.literal('smb'),
  url,
  password: password
    .optional()
    .describe(
      'Where the password comes from; without it SESSIONKEEP_SMB_PASSWORD, or whoever sits at the terminal.',
    ),
  signing: z
    .enum(['required', 'if-offered'])
    .optional()
    .describe(
      'Whether every message must be signed (required, unless told otherwise; for guests, who cannot, if-offered).',
    ),
  encryption: z
    .enum(['required', 'if-offered', 'off'])
    .optional()
    .describe('Whether every message must be encrypted (if-offered, unless told otherwise).'),
};

export type WrittenPassword = z.output<typeof password>;

export const PASSWORD_KEYS: readonly string[] = Object.keys(password.shape);
