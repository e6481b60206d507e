import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { z } from 'zod';
import { FileVault } from './vaults/FileVault';
import { KeyValueVault } from './vaults/KeyValueVault';
import type { Vault } from './vaults/Vault';
import { KEY_BYTES, Sealer } from './Sealer';

const KEY = 'modelCi.secrets';
const DEFAULT_TIMEOUT_MS = 10_000;
const PLACEHOLDERS = ['{namespace}', '{name}'];

export interface SecretSettings {
  sealer: Sealer;
  vaults: ReadonlyMap<string, Vault>;
}

/** Reads `modelCi.secrets`; an error stops start-up and names its key, and never its value. */
export function readSecretSettings(config: Config): SecretSettings {
  const vaults = (config.getOptionalConfigArray(`${KEY}.vaults`) ?? []).map(
    (vault, index) => readVault(vault, `${KEY}.vaults[${index}]`),
  );
  const byName = new Map(vaults.map(vault => [vault.name, vault]));
  if (byName.size < vaults.length) {
    throw invalid(`${KEY}.vaults`, 'has two vaults of one name');
  }
  return {
    sealer: new Sealer(readKeys(config)),
    vaults: byName,
  };
}

function readKeys(config: Config): Buffer[] {
  const keys = (config.getOptionalStringArray(`${KEY}.keys`) ?? []).map(
    (text, index) => {
      const key = Buffer.from(text.trim(), 'base64');
      if (key.length !== KEY_BYTES) {
        throw invalid(
          `${KEY}.keys[${index}]`,
          `must be ${KEY_BYTES} bytes in base64, such as openssl rand -base64 ${KEY_BYTES} writes`,
        );
      }
      return key;
    },
  );
  if (new Set(keys.map(key => key.toString('hex'))).size < keys.length) {
    throw invalid(`${KEY}.keys`, 'has one key twice');
  }
  return keys;
}

/** Names may have hyphens and dots: what joins the two in one segment, `a-b` and `c`, may also be of `a` and `b-c`. */
const pathSchema = z
  .string()
  .refine(path => PLACEHOLDERS.every(part => path.includes(part)), {
    error: `must have ${PLACEHOLDERS.join(
      ' and ',
    )} in it, so that each pipeline has its own`,
  })
  .refine(
    path =>
      path
        .split('/')
        .some(
          segment =>
            PLACEHOLDERS.filter(part => segment.includes(part)).length === 1,
        ),
    {
      error: `must have a / between ${PLACEHOLDERS.join(
        ' and ',
      )}, so that no two pipelines share a place`,
    },
  );

const nameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'must have small letters, digits and hyphens',
});

const vaultSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('kv2'),
    name: nameSchema,
    url: z.url({ protocol: /^https?$/ }),
    mount: z
      .string()
      .regex(/^[\w.-]+(?:\/[\w.-]+)*$/)
      .default('secret'),
    path: pathSchema.default('model-ci/{namespace}/{name}'),
    token: z.string().min(1).optional(),
    tokenFile: z.string().min(1).optional(),
    vaultNamespace: z.string().min(1).optional(),
    ca: z.string().min(1).optional(),
    timeout: z.unknown().optional(),
  }),
  z.strictObject({
    type: z.literal('files'),
    name: nameSchema,
    directory: pathSchema.refine(path => path.startsWith('/'), {
      error: 'must be absolute',
    }),
  }),
]);

function readVault(config: Config, key: string): Vault {
  const parsed = vaultSchema.safeParse(config.get());
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw invalid([key, ...path].join('.'), message);
  }
  const vault = parsed.data;
  if (vault.type === 'files') {
    return new FileVault(vault.name, vault.directory);
  }
  if ((vault.token === undefined) === (vault.tokenFile === undefined)) {
    throw invalid(key, 'needs either token or tokenFile');
  }
  return new KeyValueVault(vault.name, {
    ...vault,
    namespace: vault.vaultNamespace,
    timeoutMs: config.has('timeout')
      ? durationToMilliseconds(
          readDurationFromConfig(config, { key: 'timeout' }),
        )
      : DEFAULT_TIMEOUT_MS,
  });
}

function invalid(key: string, what: string): Error {
  return new Error(`Invalid configuration: ${key} ${what}`);
}
