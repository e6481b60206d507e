import { InputError } from '@backstage/errors';
import type { Registry } from '../registries';
import { repositoryOf } from './repositoryOf';

/**
 * Refuses images that stages of other pipelines have built: they hold sources and models that not everybody may read.
 * Names of images are all that a stage or a Dockerfile can write.
 */
export function demandOwn(
  image: string,
  pipelineRef: string,
  registries: Registry[],
): void {
  const places = [
    { prefix: 'model-ci/', own: repositoryOf(pipelineRef) },
    ...registries.flatMap(({ host, push }) =>
      push === undefined
        ? []
        : [
            {
              prefix: `${host}/${push}/`,
              own: `${host}/${repositoryOf(pipelineRef, push)}`,
            },
          ],
    ),
  ];
  const name = image.replace(/^(?:docker\.io|index\.docker\.io)\//, '');
  for (const { prefix, own } of places) {
    const rest = name.startsWith(own) ? name.slice(own.length) : undefined;
    if (name.startsWith(prefix) && !/^(?:$|[:@])/.test(rest ?? '/')) {
      throw new InputError(
        `Image '${image}' is of another pipeline, whose stages alone may run it`,
      );
    }
  }
}
