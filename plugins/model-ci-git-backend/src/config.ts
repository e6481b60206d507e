import path from 'node:path';
import type { RootConfigService } from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import type { TreeLimits } from './git/walkTree';

/** Settings of the git host, from the key `modelCi.git`. */
export interface GitHostConfig {
  /** Absolute path of the folder that holds the bare repositories. */
  directory: string;
  maxPushBytes: number;
  maxFiles: number;
  requestTimeoutMs: number;
  maxConcurrentRequests: number;
  /** Branches and tags that one push may move. */
  maxRefsPerPush: number;
  /** How much of a tree may be read at once. */
  treeLimits: TreeLimits;
  maxConcurrentRequestsPerUser: number;
  maxRequestsPerMinute: number;
  /** Ids of the plugins that may read every repository. */
  readers: string[];
  quotas: { repositoriesPerOwner: number; bytesPerOwner: number };
  /** Whether git tokens work where the permission policy cannot be asked about their users. */
  tokensWithoutPolicy: boolean;
  /** Whether a pull request is merged only once the runs of its newest commit have succeeded. */
  pipelinesMustSucceed: boolean;
}

export const GIT_CONFIG_KEY = 'modelCi.git';

/** Those that decide for themselves who sees what they have read. */
const READERS = ['catalog', 'model-ci'];

const GIBIBYTE = 1024 ** 3;
const HOUR = 3_600_000;

/** Reads and checks the settings; a bad value stops the start and names its key. */
export function readGitHostConfig(config: RootConfigService): GitHostConfig {
  const git = config.getConfig(GIT_CONFIG_KEY);
  const positive = (key: string, fallback: number): number => {
    const value = git.getOptionalNumber(key) ?? fallback;
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InputError(
        `${GIT_CONFIG_KEY}.${key} must be a whole number above 0, it is ${value}`,
      );
    }
    return value;
  };
  return {
    directory: path.resolve(git.getString('directory')),
    maxPushBytes: positive('maxPushBytes', GIBIBYTE),
    maxFiles: positive('maxFiles', 50_000),
    requestTimeoutMs: git.has('requestTimeout')
      ? durationToMilliseconds(
          readDurationFromConfig(git, { key: 'requestTimeout' }),
        )
      : HOUR,
    maxConcurrentRequests: positive('maxConcurrentRequests', 32),
    maxRefsPerPush: positive('maxRefsPerPush', 1000),
    treeLimits: {
      maxFiles: positive('maxTreeFiles', 200_000),
      maxBytes: positive('maxTreeBytes', 20 * GIBIBYTE),
    },
    maxConcurrentRequestsPerUser: positive('maxConcurrentRequestsPerUser', 8),
    maxRequestsPerMinute: positive('maxRequestsPerMinute', 1200),
    readers: git.getOptionalStringArray('readers') ?? READERS,
    quotas: {
      repositoriesPerOwner: positive('quotas.repositoriesPerOwner', 500),
      bytesPerOwner: positive('quotas.bytesPerOwner', 100 * GIBIBYTE),
    },
    tokensWithoutPolicy:
      git.getOptionalBoolean('tokens.withoutPolicy') ?? false,
    pipelinesMustSucceed:
      git.getOptionalBoolean('pullRequests.pipelinesMustSucceed') ?? true,
  };
}
