import { InputError } from '@backstage/errors';
import type { Registry } from '../registries';
import { canonicalHost, canonicalImage } from './canonicalImage';
import { repositoryOf } from './repositoryOf';

/** As engines take an image by its id alone. */
const ID = /^docker\.io\/library\/(?:sha\d+[:@]|[0-9a-f]{64}$)/;

/** Refuses what an attempt or a service may not run. The portal itself names what an earlier stage has built. */
export function demandOwnImage(
  spec: { image?: string; imageIsBuilt?: boolean; pipelineRef: string },
  registries: Registry[],
): void {
  if (spec.image !== undefined && !spec.imageIsBuilt) {
    demandOwn(spec.image, spec.pipelineRef, registries);
  }
}

/**
 * Refuses images that stages of other pipelines have built, as they hold sources and models that not everybody may read,
 * and ids, which name any image that an engine or a node has.
 */
export function demandOwn(
  image: string,
  pipelineRef: string,
  registries: Registry[],
): void {
  const name = canonicalImage(image);
  if (ID.test(name)) {
    throw new InputError(
      `Image '${image}' is an id: name a repository with a tag or a digest, or the stage that builds it`,
    );
  }
  const places = [
    { prefix: 'docker.io/model-ci/', own: repositoryOf(pipelineRef) },
    ...registries.flatMap(({ host, push }) =>
      push === undefined
        ? []
        : [
            {
              prefix: `${canonicalHost(host)}/${push}/`,
              own: `${host}/${repositoryOf(pipelineRef, push)}`,
            },
          ],
    ),
  ];
  for (const { prefix, own } of places) {
    const ours = canonicalImage(own);
    const rest = name.startsWith(ours) ? name.slice(ours.length) : undefined;
    if (name.startsWith(prefix) && !/^(?:$|[:@])/.test(rest ?? '/')) {
      throw new InputError(
        `Image '${image}' is of another pipeline, whose stages alone may run it`,
      );
    }
  }
}
