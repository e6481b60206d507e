import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type {
  CacheRequest,
  CollectedCache,
} from '../database/operations/caches/types';
import {
  findCaches,
  type FoundCache,
} from '../database/operations/caches/findCaches';
import { describeError } from '../describeError';
import { collectArtifact } from '../evaluations/collectArtifact';
import type { FindUpload } from '../evaluations/openCollected';
import { neededStages } from '../planning/planner';
import type { LoadedAttempt } from './loadAttempt';

/** A cache of an attempt: where it lies, and what was found of it. */
export interface AttemptCache extends CacheRequest {
  path: string;
  found?: FoundCache;
}

/**
 * The caches of an attempt. It is given those of its own branch and of the default branch: what other branches have kept
 * came from code that nobody may have looked at. A fork gets nothing that was kept beside secrets, or grew from
 * what was, whatever its own stage asks for.
 */
export async function listCaches(
  db: Knex,
  loaded: LoadedAttempt,
  findDefaultBranch: (sourceUrl: string) => string | undefined,
): Promise<AttemptCache[]> {
  const { attempt, stage, branch, pipelineRef, sourceUrl } = loaded;
  const caches = Object.entries(stage.cache ?? {}).flatMap(
    ([name, { path, digest }]) =>
      digest === undefined ? [] : [{ name, path, key: digest }],
  );
  const requests = caches.map(cache => ({
    ...cache,
    setting: digestOf([
      sourceUrl,
      cache.path,
      attempt.executor,
      stage.image ?? stage.imageFrom ?? '',
    ]),
  }));
  const found = await findCaches(db, {
    pipelineRef,
    branches: [
      ...new Set(
        [branch, findDefaultBranch(sourceUrl)].flatMap(name => name ?? []),
      ),
    ],
    withSecrets: !loaded.isUntrusted,
    requests,
  });
  return requests.map(request => {
    const cache = found.get(request.name);
    return { ...request, ...(cache && { found: cache }) };
  });
}

/** Those that are worth keeping after the attempt: of a branch, and not there already. */
export function listUnkept(
  caches: AttemptCache[],
  { branch, isUntrusted }: Pick<LoadedAttempt, 'branch' | 'isUntrusted'>,
): AttemptCache[] {
  return branch === undefined || isUntrusted
    ? []
    : caches.filter(({ found }) => !found?.isExact);
}

/** What the log says of them before the first command. */
export function describeCaches(caches: AttemptCache[]): string[] {
  return caches.map(({ name, found }) => {
    if (!found) {
      return `Cache ${name}: nothing was kept so far`;
    }
    const kept = `Cache ${name}: what run #${found.runNumber} kept`;
    return found.isExact ? kept : `${kept}, for other files than those here`;
  });
}

export interface KeptCaches {
  caches: CollectedCache[];
  /** Why some are not kept; none of it fails the stage. */
  problems: Reason[];
}

/** Keeps what a stage that has succeeded leaves for later runs. Whatever goes wrong, its results do not wait for it. */
export async function collectCaches(options: {
  caches: AttemptCache[];
  loaded: LoadedAttempt;
  handle: Handle;
  store: ArtifactStore;
  maxArtifactBytes: number;
  findUpload: FindUpload;
}): Promise<KeptCaches> {
  const { loaded } = options;
  const kept: KeptCaches = { caches: [], problems: [] };
  for (const cache of listUnkept(options.caches, loaded)) {
    const refuse = (problem: Reason | string) =>
      kept.problems.push(
        reason('cache.notKept', {
          name: cache.name,
          path: cache.path,
          problem,
        }),
      );
    try {
      const result = await collectArtifact({
        ...options,
        executor: loaded.executor,
        ...cache,
      });
      if (result.type === 'stored') {
        const { digest, size } = result.artifact;
        const { name, setting, key } = cache;
        const branch = loaded.branch ?? '';
        const hadSecrets = hadSecretsBeside(cache, loaded);
        kept.caches.push({
          ...{ branch, name, setting, key, digest, size, hadSecrets },
        });
      } else {
        refuse(
          result.why.code === 'artifact.missing'
            ? reason('cache.missing')
            : result.why,
        );
      }
    } catch (error) {
      refuse(describeError(error));
    }
  }
  return kept;
}

/**
 * Whether secrets may be in a cache: the stage was given some, or what it began with was made beside some, be it an
 * artifact or the cache itself as an earlier run had left it.
 */
function hadSecretsBeside(
  { found }: AttemptCache,
  { attempt, definition, stage }: LoadedAttempt,
): boolean {
  return (
    found?.hadSecrets === true ||
    stage.secrets.length > 0 ||
    neededStages(definition.stages, attempt.stage_name).some(
      name => definition.stages[name].secrets.length > 0,
    )
  );
}

function digestOf(parts: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts));
  return `sha256:${hash.digest('hex')}`;
}
