import {
  type Entity,
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
} from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { GitRepository } from '@model-ci/backstage-plugin-model-ci-common';
import useAsync from 'react-use/esm/useAsync';

/** Kinds that stand for a repository rather than for something in it, the best first. */
const KINDS = ['Component', 'ModelPipeline', 'System', 'Resource', 'API'];

/** The folder, where the catalog knows it, and the file that the entity was read from. */
const ANNOTATIONS = [ANNOTATION_SOURCE_LOCATION, ANNOTATION_LOCATION];
const ENTITY_FILE = 'catalog-info.yaml';

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
    const byLocation = new Map(
      repositories.flatMap(({ name, rawUrl }) => [
        [`url:${rawUrl}`, name],
        [`url:${rawUrl}${ENTITY_FILE}`, name],
      ]),
    );
    const locations = [...byLocation.keys()];
    const { items } = await catalog.getEntities({
      filter: ANNOTATIONS.map(annotation => ({
        [`metadata.annotations.${annotation}`]: locations,
      })),
      fields: ['kind', 'metadata'],
    });
    const ranked = items
      .filter(({ kind }) => KINDS.includes(kind))
      .sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
    return new Map(
      ranked.flatMap(entity => {
        const name = ANNOTATIONS.map(annotation =>
          byLocation.get(entity.metadata.annotations?.[annotation] ?? ''),
        ).find(Boolean);
        return name ? [[name, entity] as const] : [];
      }),
    );
  }, [catalog, names]);
  return value ?? new Map<string, Entity>();
}
