import { createHash } from 'node:crypto';

/** Above the repositories of built images, on an engine. */
export const BUILT_REPOSITORY = 'model-ci/built';

/** The repository of a pipeline's images, on an engine or below a path of a registry. */
export function repositoryOf(
  pipelineRef: string,
  below = BUILT_REPOSITORY,
): string {
  const path = pipelineRef
    .replace(/^[^:]*:/, '')
    .split('/')
    .map(toComponent)
    .join('/');
  return `${below}/${path}`;
}

/** As registries take names. What had to be changed is told apart by a digest, after a character that no other name has here. */
function toComponent(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === name
    ? name
    : `${plain || 'x'}_${createHash('sha256')
        .update(name)
        .digest('hex')
        .slice(0, 16)}`;
}
