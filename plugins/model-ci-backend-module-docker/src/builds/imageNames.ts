import { repositoryOf } from '@model-ci/backstage-plugin-model-ci-node';

/** Above the repositories of layers of builds that have not ended, or failed: the next build of the same pipeline begins with them. */
export const CACHE_REPOSITORY = 'model-ci/cache';

/** The repository of what a pipeline's builds may begin with. */
export function cacheOf(pipelineRef: string): string {
  return repositoryOf(pipelineRef, CACHE_REPOSITORY);
}
