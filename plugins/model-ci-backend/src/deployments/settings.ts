import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

/** How deployments are watched and reached. Times are milliseconds. */
export interface DeploymentSettings {
  /** How long a claim is good without being renewed. */
  leaseDuration: number;
  /** How often replicas look for work of each other; work of their own wakes them. */
  pollInterval: number;
  /** How often a service that is starting is asked whether it is healthy. */
  startupInterval: number;
  /** How often a serving deployment is looked at. */
  healthInterval: number;
  /** How long one health check may take. */
  healthTimeout: number;
  /** How long it may take to get a service started, workspace included, before its own start-up time begins. */
  startLimit: number;
  /** First pause before a restart after a crash; it doubles with every crash in a row. */
  backoffStart: number;
  backoffLimit: number;
  /** So long must a service be healthy for the back-off to begin anew. */
  backoffReset: number;
  /** A service is stopped no earlier than this after its end, for replicas that still send requests to it. */
  settleDuration: number;
  /** So long may requests of this process keep an ended service from being stopped. */
  drainLimit: number;
  /** How long after its end a service whose start was never confirmed is looked for. */
  recoverAfter: number;
  /** Bytes of log that are kept. */
  logBytes: number;
  /** How long an endpoint's service may take until it answers, and between parts of its answer, if it does not say. */
  requestTimeout: number;
  /** The most that `serving.timeouts` can say. */
  maxRequestTimeout: number;
  /** How long a WebSocket may be silent. */
  webSocketTimeout: number;
  /** Headers beside the usual ones that services see, and that they may answer; `*` at the end stands for any rest. */
  requestHeaders: string[];
  answerHeaders: string[];
  /** Bytes that a request to an endpoint may have. */
  maxRequestBytes: number;
}

export const DEFAULT_DEPLOYMENT_SETTINGS: DeploymentSettings = {
  leaseDuration: 30_000,
  pollInterval: 1_000,
  startupInterval: 250,
  healthInterval: 10_000,
  healthTimeout: 5_000,
  startLimit: 600_000,
  backoffStart: 1_000,
  backoffLimit: 300_000,
  backoffReset: 300_000,
  settleDuration: 3_000,
  drainLimit: 30_000,
  recoverAfter: 60_000,
  logBytes: 65_536,
  requestTimeout: 60_000,
  maxRequestTimeout: 3_600_000,
  webSocketTimeout: 600_000,
  requestHeaders: [],
  answerHeaders: [],
  maxRequestBytes: 10 * 1024 * 1024,
};

const KEY = 'modelCi.deployments';

/** The longest time that timers of Node hold, 24 days. */
const MAX_DURATION = 2 ** 31 - 1;

/** What no configuration gives to models: rights in the portal, and headers of one connection. */
const NEVER_FOR_SERVICES = [
  'authorization',
  'connection',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
  'upgrade',
];
/** What no configuration leaves to models: what a browser does at the portal's address. */
const NEVER_FROM_SERVICES = [
  'clear-site-data',
  'connection',
  'content-security-policy',
  'refresh',
  'set-cookie',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
];

/** Reads `modelCi.deployments`; everything in it is optional. */
export function readDeploymentSettings(config: Config): DeploymentSettings {
  const duration = (
    name:
      | 'leaseDuration'
      | 'healthInterval'
      | 'requestTimeout'
      | 'maxRequestTimeout'
      | 'webSocketTimeout',
  ): number => {
    const key = `${KEY}.${name}`;
    if (!config.has(key)) {
      return DEFAULT_DEPLOYMENT_SETTINGS[name];
    }
    const value = durationToMilliseconds(
      readDurationFromConfig(config, { key }),
    );
    if (value < 1000 || value > MAX_DURATION) {
      throw new Error(
        `Invalid configuration: ${key} must be between one second and 24 days`,
      );
    }
    return value;
  };
  const maxRequestBytes =
    config.getOptionalNumber(`${KEY}.maxRequestBytes`) ??
    DEFAULT_DEPLOYMENT_SETTINGS.maxRequestBytes;
  if (!Number.isSafeInteger(maxRequestBytes) || maxRequestBytes < 1) {
    throw new Error(
      `Invalid configuration: ${KEY}.maxRequestBytes must be a whole number of bytes above 0`,
    );
  }
  return {
    ...DEFAULT_DEPLOYMENT_SETTINGS,
    leaseDuration: duration('leaseDuration'),
    healthInterval: duration('healthInterval'),
    requestTimeout: duration('requestTimeout'),
    maxRequestTimeout: duration('maxRequestTimeout'),
    webSocketTimeout: duration('webSocketTimeout'),
    requestHeaders: readHeaders(config, 'requestHeaders', NEVER_FOR_SERVICES),
    answerHeaders: readHeaders(config, 'answerHeaders', NEVER_FROM_SERVICES),
    maxRequestBytes,
  };
}

function readHeaders(
  config: Config,
  name: 'requestHeaders' | 'answerHeaders',
  never: string[],
): string[] {
  const key = `${KEY}.${name}`;
  const headers = (config.getOptionalStringArray(key) ?? []).map(header =>
    header.toLowerCase(),
  );
  headers.forEach((header, index) => {
    if (!/^[a-z0-9_-]+\*?$/.test(header)) {
      throw new Error(
        `Invalid configuration: ${key}[${index}] must be the name of a header, or its beginning and '*'`,
      );
    }
    const covered = never.find(other =>
      header.endsWith('*')
        ? other.startsWith(header.slice(0, -1))
        : other === header,
    );
    if (covered) {
      throw new Error(
        `Invalid configuration: ${key}[${index}] covers '${covered}', which is never passed on`,
      );
    }
  });
  return headers;
}
