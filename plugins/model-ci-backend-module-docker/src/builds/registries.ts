import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** A registry that images are pulled from, and pushed to where `push` says under what path. */
export interface Registry {
  /** As names of images begin: host, with the port if it is not the usual one. */
  host: string;
  username?: string;
  password?: string;
  push?: string;
}

const HOST =
  /^(?:localhost|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[a-z0-9-]+(?=:))(?::\d{1,5})?$/;
const PATH =
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;

/** Reads `modelCi.registries`. */
export function readRegistries(root: Config): Registry[] {
  const registries = (
    root.getOptionalConfigArray('modelCi.registries') ?? []
  ).map(readRegistry);
  const twice = registries.find(
    ({ host }, index) =>
      registries.findIndex(other => other.host === host) !== index,
  );
  if (twice) {
    throw new InputError(
      `Config modelCi.registries: two registries have host '${twice.host}'`,
    );
  }
  return registries;
}

function readRegistry(config: Config): Registry {
  const host = config.getString('host');
  if (!HOST.test(host)) {
    throw new InputError(
      `Config modelCi.registries: host '${host}' must be a host that names of images begin with, like registry.example or registry.example:5000`,
    );
  }
  const username = config.getOptionalString('username');
  const password = config.getOptionalString('password');
  if ((username === undefined) !== (password === undefined)) {
    throw new InputError(
      `Config modelCi.registries: registry '${host}' needs both username and password, or neither`,
    );
  }
  const push = config.getOptionalString('push');
  if (push !== undefined && !PATH.test(push)) {
    throw new InputError(
      `Config modelCi.registries: push '${push}' of registry '${host}' must be a path of lowercase letters and digits, like models`,
    );
  }
  return {
    host,
    ...(username !== undefined && { username, password }),
    ...(push !== undefined && { push }),
  };
}

/** How the engine is given credentials. */
export interface EngineCredentials {
  username: string;
  password: string;
  serveraddress: string;
}

/** The credentials for an image, where its registry has some. */
export function credentialsFor(
  image: string,
  registries: Registry[],
): EngineCredentials | undefined {
  const registry = registries.find(({ host }) => image.startsWith(`${host}/`));
  return registry && credentialsOf(registry);
}

export function credentialsOf({
  host,
  username,
  password,
}: Registry): EngineCredentials | undefined {
  return username !== undefined && password !== undefined
    ? { username, password, serveraddress: host }
    : undefined;
}
