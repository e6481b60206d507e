import type { Config } from '@backstage/config';

/** How much each owner of pipelines and each user may have. */
export interface Limits {
  owner: {
    /** Runs that have not ended. */
    runs: number;
    /** Bytes of artifacts and reports; undefined: any number. */
    artifactBytes?: number;
  };
  user: {
    /** Requests to the API that are not answered yet. */
    requests: number;
    /** Logs that are followed. */
    followers: number;
    /** Requests to endpoints that are not answered to the end. */
    predictions: number;
    /** WebSockets to endpoints. */
    webSockets: number;
  };
  attempt: {
    /** Requests of an attempt's engine that fetch or upload. */
    transfers: number;
  };
}

export const DEFAULT_LIMITS: Limits = {
  owner: { runs: 1_000 },
  user: { requests: 100, followers: 100, predictions: 200, webSockets: 100 },
  attempt: { transfers: 32 },
};

const KEY = 'modelCi.limits';

/** Reads `modelCi.limits`; everything in it is optional. */
export function readLimits(config: Config): Limits {
  const { owner, user, attempt } = DEFAULT_LIMITS;
  const artifactBytes = readCount(config, 'owner.artifactBytes');
  return {
    owner: {
      runs: readCount(config, 'owner.runs') ?? owner.runs,
      ...(artifactBytes !== undefined && { artifactBytes }),
    },
    user: {
      requests: readCount(config, 'user.requests') ?? user.requests,
      followers: readCount(config, 'user.followers') ?? user.followers,
      predictions: readCount(config, 'user.predictions') ?? user.predictions,
      webSockets: readCount(config, 'user.webSockets') ?? user.webSockets,
    },
    attempt: {
      transfers: readCount(config, 'attempt.transfers') ?? attempt.transfers,
    },
  };
}

function readCount(config: Config, name: string): number | undefined {
  const value = config.getOptionalNumber(`${KEY}.${name}`);
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
    throw new Error(
      `Invalid configuration: ${KEY}.${name} must be a whole number above 0`,
    );
  }
  return value;
}
