import { repositoryOf } from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { statusOf } from '../engines/errors';
import type { Build } from './types';

/**
 * Takes the names off an image that an attempt was given alone; with the last of its names the engine removes it. Another
 * attempt may have built the very same one.
 */
export async function removeImage(
  engine: DockerEngine,
  { pipelineRef }: Build,
  attemptId: string,
): Promise<void> {
  const repositories = [
    repositoryOf(pipelineRef),
    ...engine.config.registries.flatMap(({ host, push }) =>
      push === undefined ? [] : [`${host}/${repositoryOf(pipelineRef, push)}`],
    ),
  ];
  for (const repository of repositories) {
    await engine.call(async docker => {
      try {
        await docker.getImage(`${repository}:${attemptId}`).remove();
      } catch (error) {
        // 409: a container still has it, and its name with it
        if (statusOf(error) !== 404 && statusOf(error) !== 409) {
          throw error;
        }
      }
    });
  }
}
