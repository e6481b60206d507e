import { type Entity, ANNOTATION_SOURCE_LOCATION } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { GitRepository } from '@model-ci/backstage-plugin-model-ci-common';
import useAsync from 'react-use/esm/useAsync';

/** Kinds that stand for a repository rather than for something in it, the best first. */
const KINDS = ['Component', 'ModelPipeline', 'System', 'Resource', 'API'];

/** The catalog's entity of each repository, by the repository's name. A convenience: without the catalog there is none. */
export function useCatalogEntities(
  repositories: GitRepository[] | undefined,
): Map<string, Entity> {
  const catalog = useApi(catalogApiRef);
  const names = (repositories ?? []).map(({ name }) => name).join(' ');
  const { value } = useAsync(async () => {
    if (!repositories?.length) {
      return new Map<string, Entity>();
    }
    const { items } = await catalog.getEntities({
      filter: {
        [`metadata.annotations.${ANNOTATION_SOURCE_LOCATION}`]:
          repositories.map(({ rawUrl }) => `url:${rawUrl}`),
      },
      fields: ['kind', 'metadata'],
    });
    const ranked = items
      .filter(({ kind }) => KINDS.includes(kind))
      .sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
    return new Map(
      ranked.flatMap(entity => {
        const location =
          entity.metadata.annotations?.[ANNOTATION_SOURCE_LOCATION];
        const found = repositories.find(
          ({ rawUrl }) => location === `url:${rawUrl}`,
        );
        return found ? [[found.name, entity] as const] : [];
      }),
    );
  }, [catalog, names]);
  return value ?? new Map<string, Entity>();
}
