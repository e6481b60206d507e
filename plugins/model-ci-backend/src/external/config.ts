import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

const HOUR = 3_600_000;
const MINUTE = 60_000;

export interface ExternalRunsConfig {
  silentAfterMs: number;
}

/** Reads `modelCi.externalRuns`. A step may wait for long until its CI has a machine for it. */
export function readExternalRunsConfig(config: Config): ExternalRunsConfig {
  const key = 'modelCi.externalRuns.silentAfter';
  if (!config.has(key)) {
    return { silentAfterMs: 6 * HOUR };
  }
  const silentAfterMs = durationToMilliseconds(
    readDurationFromConfig(config, { key }),
  );
  if (!(silentAfterMs >= 10 * MINUTE)) {
    throw new Error(
      `Invalid configuration: ${key} must be at least 10 minutes, as clients report every minute while a command runs`,
    );
  }
  return { silentAfterMs };
}
