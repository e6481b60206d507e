import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { z } from 'zod';

/** Where artifacts are kept, read from `modelCi.storage.s3`. */
export interface S3Settings {
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  region: string;
  /** Absent for Amazon S3. */
  endpoint?: string;
  forcePathStyle: boolean;
  /** PEM of an authority that is trusted beside the usual ones. */
  ca?: string;
  /** Absent where the SDK finds them: environment, shared files, the machine's or pod's role. */
  credentials?: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  };
  encryption?: { type: 'AES256' } | { type: 'aws:kms'; kmsKeyId?: string };
  /** Set where engines fetch from the store themselves. */
  directTransfers?: { endpoint?: string };
}

const KEY = 'modelCi.storage.s3';

const endpointSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine(text => !/[?#@]/.test(text), {
    error: 'must have no user, query or fragment',
  })
  .transform(text => text.replace(/\/+$/, ''));

const prefixSchema = z
  .string()
  .regex(/^(?:[\w.-]+\/)*[\w.-]*$/, {
    error:
      'must be names of letters, digits, dots, hyphens and underscores with slashes between them, and begin with none',
  })
  .transform(text => (text === '' || text.endsWith('/') ? text : `${text}/`));

const encryptionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('AES256') }),
  z.strictObject({
    type: z.literal('aws:kms'),
    kmsKeyId: z.string().min(1).optional(),
  }),
]);

const settingsSchema = z.strictObject({
  bucket: z
    .string({ error: 'is required: name a bucket that exists' })
    .regex(/^[\w.-]{3,255}$/, { error: 'is not the name of a bucket' }),
  prefix: prefixSchema.default(''),
  region: z.string().min(1).default('us-east-1'),
  endpoint: endpointSchema.optional(),
  forcePathStyle: z.boolean().optional(),
  caFile: z.string().min(1).optional(),
  credentials: z
    .strictObject({
      accessKeyId: z.string().min(1),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1).optional(),
    })
    .optional(),
  encryption: encryptionSchema.optional(),
  directTransfers: z.boolean().default(false),
  transferEndpoint: endpointSchema.optional(),
});

/** Undefined where `modelCi.storage.s3` is not configured. Throws what names the key that is wrong. */
export function readS3Settings(config: Config): S3Settings | undefined {
  const written = config.getOptional(KEY);
  if (written === undefined) {
    return undefined;
  }
  const { data, error } = settingsSchema.safeParse(written);
  if (!data) {
    throw new Error(`Invalid configuration: ${describe(error)}`);
  }
  const { caFile, directTransfers, transferEndpoint, ...rest } = data;
  if (transferEndpoint !== undefined && !directTransfers) {
    throw new Error(
      `Invalid configuration: ${KEY}.transferEndpoint has no effect unless ${KEY}.directTransfers is true`,
    );
  }
  return {
    ...rest,
    // Servers other than Amazon's seldom have a host name for each bucket.
    forcePathStyle: rest.forcePathStyle ?? rest.endpoint !== undefined,
    ...(caFile !== undefined && { ca: readPem(caFile) }),
    ...(directTransfers && {
      directTransfers: { endpoint: transferEndpoint ?? rest.endpoint },
    }),
  };
}

/** Messages of zod never quote the value, which may be a secret. */
function describe(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${[KEY, ...path].join('.')}: ${message}`)
    .join('; ');
}

function readPem(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `Invalid configuration: ${KEY}.caFile: '${path}' cannot be read`,
      { cause: error },
    );
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(
      `Invalid configuration: ${KEY}.caFile: '${path}' has no certificate in PEM`,
    );
  }
  return text;
}
