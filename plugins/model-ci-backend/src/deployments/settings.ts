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
  /** How long an endpoint's service may take until it answers, and between parts of its answer. */
  requestTimeout: number;
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
  maxRequestBytes: 10 * 1024 * 1024,
};

const KEY = 'modelCi.deployments';

/** Reads `modelCi.deployments`; everything in it is optional. */
export function readDeploymentSettings(config: Config): DeploymentSettings {
  const duration = (
    name: 'leaseDuration' | 'healthInterval' | 'requestTimeout',
  ): number => {
    const key = `${KEY}.${name}`;
    if (!config.has(key)) {
      return DEFAULT_DEPLOYMENT_SETTINGS[name];
    }
    const value = durationToMilliseconds(
      readDurationFromConfig(config, { key }),
    );
    if (value < 1000) {
      throw new Error(
        `Invalid configuration: ${key} must be at least one second`,
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
    maxRequestBytes,
  };
}
