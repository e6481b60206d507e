import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { parseRange, type NetworkRange } from './networks/subnets';
import {
  readGpuCount,
  readLabels,
  readRegistries,
  readSize,
  type Registry,
} from '@model-ci/backstage-plugin-model-ci-node';

/** Where an engine listens. */
export type EngineAddress =
  | { type: 'socket'; path: string }
  | {
      type: 'tls';
      host: string;
      port: number;
      ca: string;
      cert: string;
      key: string;
    };

export interface EngineConfig {
  /** Name of the node. */
  name: string;
  address: EngineAddress;
  /** An engine whose socket is not there is left out instead of shown as unreachable. */
  optional: boolean;
  labels: Record<string, string>;
  /** Where absent, the engine's own. */
  cpus?: number;
  memoryBytes?: number;
  /** How many GPUs it offers at most; all that are found if absent. */
  gpus?: number;
  pull: 'never' | 'missing';
  /** Numeric ids that containers run as. */
  user: { uid: number; gid: number };
  pidsLimit: number;
  /** Addresses of the networks that containers get. */
  networks: NetworkRange;
  /** Whether containers reach anything outside of their own network. */
  egress: 'allow' | 'deny';
  /** Networks, of each kind, that wait for the next attempt. */
  spareNetworks: number;
  /** Bytes that the context of an image that is built may have. */
  maxContextBytes: number;
  /** The same for all engines. */
  registries: Registry[];
}

const DEFAULT_NETWORKS = '10.232.0.0/16';
const DEFAULT_SPARE_NETWORKS = 4;
const DEFAULT_MAX_CONTEXT = 4 * 2 ** 30;

/** Reads `modelCi.executors.docker.engines`. */
export function readEngineConfigs(root: Config): EngineConfig[] {
  const registries = readRegistries(root);
  const engines = (
    root.getOptionalConfigArray('modelCi.executors.docker.engines') ?? []
  ).map(config => readEngine(config, registries));
  const twice = engines.find(
    (engine, index) =>
      engines.findIndex(other => other.name === engine.name) !== index,
  );
  if (twice) {
    throw new InputError(
      `Config modelCi.executors.docker.engines: two engines are named '${twice.name}'`,
    );
  }
  return engines;
}

function readEngine(config: Config, registries: Registry[]): EngineConfig {
  const name = config.getString('name');
  const pull = config.getOptionalString('pull') ?? 'never';
  if (pull !== 'never' && pull !== 'missing') {
    throw new InputError(
      `Config pull of docker engine '${name}': '${pull}' must be 'never' or 'missing'`,
    );
  }
  return {
    name,
    address: readAddress(config, name),
    optional: config.getOptionalBoolean('optional') ?? false,
    labels: readLabels(config, 'labels'),
    cpus: config.getOptionalNumber('cpus'),
    memoryBytes: readSize(config, 'memory'),
    gpus: readGpuCount(config, 'gpus'),
    pull,
    user: readUser(config.getOptionalString('user') ?? '65534:65534', name),
    pidsLimit: config.getOptionalNumber('pidsLimit') ?? 4096,
    networks: readNetworks(config, name),
    egress: readEgress(config, name),
    spareNetworks: readSpareNetworks(config, name),
    maxContextBytes: readSize(config, 'maxContext') ?? DEFAULT_MAX_CONTEXT,
    registries,
  };
}

function readNetworks(config: Config, name: string): NetworkRange {
  const text = config.getOptionalString('networks') ?? DEFAULT_NETWORKS;
  const range = parseRange(text);
  if (!range) {
    throw new InputError(
      `Config networks of docker engine '${name}': '${text}' must be a range of IPv4 addresses, like 10.232.0.0/16`,
    );
  }
  return range;
}

function readEgress(config: Config, name: string): 'allow' | 'deny' {
  const egress = config.getOptionalString('egress') ?? 'allow';
  if (egress !== 'allow' && egress !== 'deny') {
    throw new InputError(
      `Config egress of docker engine '${name}': '${egress}' must be 'allow' or 'deny'`,
    );
  }
  return egress;
}

function readSpareNetworks(config: Config, name: string): number {
  const spare =
    config.getOptionalNumber('spareNetworks') ?? DEFAULT_SPARE_NETWORKS;
  if (!Number.isInteger(spare) || spare < 0) {
    throw new InputError(
      `Config spareNetworks of docker engine '${name}': ${spare} must be a whole number, 0 or more`,
    );
  }
  return spare;
}

function readAddress(config: Config, name: string): EngineAddress {
  const socketPath = config.getOptionalString('socketPath');
  const host = config.getOptionalString('host');
  if ((socketPath === undefined) === (host === undefined)) {
    throw new InputError(
      `Config of docker engine '${name}': give either 'socketPath' or 'host'`,
    );
  }
  if (socketPath !== undefined) {
    return { type: 'socket', path: socketPath };
  }
  if (!config.has('tls')) {
    throw new InputError(
      `Config tls of docker engine '${name}' is missing: an engine without TLS gives its machine to anyone who reaches the port`,
    );
  }
  return {
    type: 'tls',
    host: config.getString('host'),
    port: config.getOptionalNumber('port') ?? 2376,
    ca: readPem(config, 'tls.caFile', name),
    cert: readPem(config, 'tls.certFile', name),
    key: readPem(config, 'tls.keyFile', name),
  };
}

function readPem(config: Config, key: string, name: string): string {
  const path = config.getString(key);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(
      `Config ${key} of docker engine '${name}': '${path}' cannot be read`,
      error,
    );
  }
  if (!text.includes('-----BEGIN ')) {
    throw new InputError(
      `Config ${key} of docker engine '${name}': '${path}' is not a PEM file`,
    );
  }
  return text;
}

function readUser(text: string, name: string): { uid: number; gid: number } {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  if (!match) {
    throw new InputError(
      `Config user of docker engine '${name}': '${text}' must be numeric, like 1000:1000`,
    );
  }
  return { uid: Number(match[1]), gid: Number(match[2] ?? match[1]) };
}
