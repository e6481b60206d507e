import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const GIB = 1024 ** 3;
const KEY = 'modelCi.externalRuns';

export interface ExternalRunsConfig {
  silentAfterMs: number;
  maxRunBytes: number;
}

/** Reads `modelCi.externalRuns`. */
export function readExternalRunsConfig(config: Config): ExternalRunsConfig {
  return {
    silentAfterMs: readSilentAfter(config),
    maxRunBytes: readMaxRunBytes(config),
  };
}

/** A step may wait for long until its CI has a machine for it. */
function readSilentAfter(config: Config): number {
  const key = `${KEY}.silentAfter`;
  if (!config.has(key)) {
    return 6 * HOUR;
  }
  const silentAfterMs = durationToMilliseconds(
    readDurationFromConfig(config, { key }),
  );
  if (!(silentAfterMs >= 10 * MINUTE)) {
    throw new Error(
      `Invalid configuration: ${key} must be at least 10 minutes, as clients report every minute while a command runs`,
    );
  }
  return silentAfterMs;
}

/** Twice the largest artifact that there may be by default. */
function readMaxRunBytes(config: Config): number {
  const key = `${KEY}.maxRunBytes`;
  const bytes = config.getOptionalNumber(key) ?? 200 * GIB;
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new Error(
      `Invalid configuration: ${key} must be a whole number above 0`,
    );
  }
  return bytes;
}
