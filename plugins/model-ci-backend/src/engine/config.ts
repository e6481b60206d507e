import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { executorNotInstalled } from '@model-ci/backstage-plugin-model-ci-common';
import type { EngineConfig } from './types';

const MEBIBYTE = 1024 * 1024;

/** The engine's settings when app-config says nothing. */
export const DEFAULT_ENGINE_CONFIG: EngineConfig = {
  leaseDurationMs: 30_000,
  pollIntervalMs: 1_000,
  inventoryIntervalMs: 10_000,
  nodeLostAfterMs: 30 * 60_000,
  retryDelayMs: 1_000,
  maxLogBytes: 64 * MEBIBYTE,
  maxArtifactBytes: 100 * 1024 * MEBIBYTE,
  maxSourceBytes: 1024 * MEBIBYTE,
  maxSourceEntries: 100_000,
  sourceRetries: 5,
  seriesIntervalMs: 5_000,
  gpuIntervalMs: 5_000,
  executorRetries: 5,
  collectRetryMaxMs: 300_000,
  maxRescues: 20,
  maxHeldAttempts: 1_000,
  defaultCpus: 1,
};

/** Reads `modelCi.engine`. A bad value is refused with its key. */
export function readEngineConfig(
  rootConfig: Config,
  installed: ReadonlyMap<string, unknown>,
): EngineConfig {
  const config = rootConfig.getOptionalConfig('modelCi.engine');
  const defaults = DEFAULT_ENGINE_CONFIG;
  const nodeLostAfterMs = readNodeLostAfter(rootConfig);
  if (!config) {
    return { ...defaults, nodeLostAfterMs };
  }
  const duration = (key: string, fallback: number, least: number) => {
    if (!config.has(key)) {
      return fallback;
    }
    const milliseconds = durationToMilliseconds(
      readDurationFromConfig(config, { key }),
    );
    return check(key, milliseconds, least, 'milliseconds');
  };
  const inventoryIntervalMs = duration(
    'inventoryInterval',
    defaults.inventoryIntervalMs,
    100,
  );
  demandLooks(nodeLostAfterMs, inventoryIntervalMs);
  const whole = (key: string, fallback: number, least: number) => {
    const value = config.getOptionalNumber(key) ?? fallback;
    if (!Number.isInteger(value)) {
      throw new Error(
        `modelCi.engine.${key} must be a whole number, not ${value}`,
      );
    }
    return check(key, value, least);
  };
  const defaultExecutor = config.getOptionalString('defaultExecutor');
  return {
    leaseDurationMs: duration('leaseDuration', defaults.leaseDurationMs, 1_000),
    pollIntervalMs: duration('pollInterval', defaults.pollIntervalMs, 50),
    inventoryIntervalMs,
    nodeLostAfterMs,
    retryDelayMs: duration('retryDelay', defaults.retryDelayMs, 10),
    maxLogBytes: whole('maxLogBytes', defaults.maxLogBytes, 1024),
    maxArtifactBytes: whole(
      'maxArtifactBytes',
      defaults.maxArtifactBytes,
      1024,
    ),
    maxSourceBytes: whole('maxSourceBytes', defaults.maxSourceBytes, 1024),
    maxSourceEntries: whole('maxSourceEntries', defaults.maxSourceEntries, 1),
    sourceRetries: whole('sourceRetries', defaults.sourceRetries, 0),
    seriesIntervalMs: duration(
      'seriesInterval',
      defaults.seriesIntervalMs,
      1_000,
    ),
    gpuIntervalMs: duration('gpuInterval', defaults.gpuIntervalMs, 1_000),
    executorRetries: whole('executorRetries', defaults.executorRetries, 0),
    collectRetryMaxMs: duration(
      'collectRetryMax',
      defaults.collectRetryMaxMs,
      1_000,
    ),
    maxRescues: whole('maxRescues', defaults.maxRescues, 1),
    maxHeldAttempts: whole('maxHeldAttempts', defaults.maxHeldAttempts, 1),
    defaultCpus: check(
      'defaultCpus',
      config.getOptionalNumber('defaultCpus') ?? defaults.defaultCpus,
      0,
    ),
    ...(defaultExecutor !== undefined && {
      defaultExecutor: checkExecutor(defaultExecutor, installed),
    }),
  };
}

/** Nodes are looked at every few seconds, and a restart of an engine takes longer than that. */
const LEAST_LOST_AFTER_MS = 60_000;

function readNodeLostAfter(rootConfig: Config): number {
  const key = 'modelCi.nodes.lostAfter';
  if (!rootConfig.has(key)) {
    return DEFAULT_ENGINE_CONFIG.nodeLostAfterMs;
  }
  const milliseconds = durationToMilliseconds(
    readDurationFromConfig(rootConfig, { key }),
  );
  if (!Number.isFinite(milliseconds) || milliseconds < LEAST_LOST_AFTER_MS) {
    throw new Error(
      `${key} must be at least ${LEAST_LOST_AFTER_MS} milliseconds, not ${milliseconds}`,
    );
  }
  return milliseconds;
}

/** A third of the time without a look is a break of watching: three intervals, and the time that looks take themselves. */
const LOOKS_PER_LOSS = 4;

/** With fewer looks, each is a break of its own, and no node ever counts as lost. */
function demandLooks(lostAfterMs: number, intervalMs: number): void {
  const least = LOOKS_PER_LOSS * intervalMs;
  if (lostAfterMs < least) {
    throw new Error(
      `modelCi.nodes.lostAfter must be at least ${LOOKS_PER_LOSS} times modelCi.engine.inventoryInterval, which are ${least} milliseconds, not ${lostAfterMs}: with fewer looks no node would ever count as lost`,
    );
  }
}

function check(key: string, value: number, least: number, unit = ''): number {
  if (!Number.isFinite(value) || value < least) {
    throw new Error(
      `modelCi.engine.${key} must be at least ${least}${
        unit && ` ${unit}`
      }, not ${value}`,
    );
  }
  return value;
}

function checkExecutor(
  name: string,
  installed: ReadonlyMap<string, unknown>,
): string {
  if (!installed.has(name)) {
    throw new Error(
      `modelCi.engine.defaultExecutor: ${
        executorNotInstalled(name, [...installed.keys()]).text
      }`,
    );
  }
  return name;
}
