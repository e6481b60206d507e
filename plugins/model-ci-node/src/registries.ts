import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { canonicalHost, canonicalImage } from './images/canonicalImage';

const HOST =
  /^(?:localhost|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[a-z0-9-]+(?=:))(?::\d{1,5})?$/;
const PATH =
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;

const registrySchema = z
  .strictObject({
    /** As names of images begin: host, with the port if it is not the usual one. */
    host: z
      .string()
      .regex(
        HOST,
        'must be a host that names of images begin with, like registry.example or registry.example:5000',
      ),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** Path below which images are pushed there. */
    push: z
      .string()
      .regex(
        PATH,
        'must be a path of lowercase letters and digits, like models',
      )
      .optional(),
  })
  .refine(
    ({ username, password }) =>
      (username === undefined) === (password === undefined),
    'needs both username and password, or neither',
  );

/** A registry that images are pulled from, and pushed to where `push` says under what path. */
export type Registry = z.infer<typeof registrySchema>;

const KEY = 'modelCi.registries';
const PLAIN_PORT = /^[^/]*:0*80\//;

/** Reads `modelCi.registries`, which all executors share that build or pull images. */
export function readRegistries(root: Config): Registry[] {
  const registries = (root.getOptionalConfigArray(KEY) ?? []).map(
    (config, index) => readRegistry(config.get(), index),
  );
  const twice = registries.find(
    ({ host }, index) =>
      registries.findIndex(
        other => canonicalHost(other.host) === canonicalHost(host),
      ) !== index,
  );
  if (twice) {
    throw new InputError(
      `Config ${KEY}: two registries have host '${twice.host}'`,
    );
  }
  return registries;
}

function readRegistry(value: unknown, index: number): Registry {
  const read = registrySchema.safeParse(value);
  if (!read.success) {
    const { path, message } = read.error.issues[0];
    throw new InputError(
      `Config ${[`${KEY}[${index}]`, ...path.map(String)].join(
        '.',
      )}: ${message}`,
    );
  }
  return read.data;
}

/** As Docker Engines and pull secrets of Kubernetes take credentials. */
export interface RegistryCredentials {
  username: string;
  password: string;
  serveraddress: string;
}

/** The credentials for an image, where its registry has some. */
export function credentialsFor(
  image: string,
  registries: Registry[],
): RegistryCredentials | undefined {
  const name = canonicalImage(image);
  const registry = registries.find(
    ({ host }) =>
      name.startsWith(`${canonicalHost(host)}/`) &&
      // Whoever answers without TLS gets no password that was given for TLS
      (!PLAIN_PORT.test(image) || PLAIN_PORT.test(`${host}/`)),
  );
  return registry && credentialsOf(registry);
}

export function credentialsOf({
  host,
  username,
  password,
}: Registry): RegistryCredentials | undefined {
  return username !== undefined && password !== undefined
    ? { username, password, serveraddress: host }
    : undefined;
}
