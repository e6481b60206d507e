import { createHash } from 'node:crypto';

/** Above the repositories of layers of builds that have not ended, or failed: the next build of the same pipeline begins with them. */
export const CACHE_REPOSITORY = 'model-ci/cache';
const LOCAL = 'model-ci/built';

/** The repository of a pipeline's images, on an engine or below a path of a registry. */
export function repositoryOf(pipelineRef: string, below = LOCAL): string {
  const path = pipelineRef
    .replace(/^[^:]*:/, '')
    .split('/')
    .map(toComponent)
    .join('/');
  return `${below}/${path}`;
}

/** As registries take names; what had to be changed is told apart by a digest. */
function toComponent(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === name
    ? name
    : `${plain || 'x'}-${createHash('sha256')
        .update(name)
        .digest('hex')
        .slice(0, 8)}`;
}

/** The repository of what a pipeline's builds may begin with. */
export function cacheOf(pipelineRef: string): string {
  return repositoryOf(pipelineRef, CACHE_REPOSITORY);
}
