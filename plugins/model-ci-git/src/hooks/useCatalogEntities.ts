import {
  type Entity,
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
} from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import {
  type CatalogApi,
  catalogApiRef,
} from '@backstage/plugin-catalog-react';
import type { GitRepository } from '@model-ci/backstage-plugin-model-ci-common';
import useAsync from 'react-use/esm/useAsync';

/** Kinds that stand for a repository rather than for something in it, the best first. */
const KINDS = ['Component', 'ModelPipeline', 'System', 'Resource', 'API'];

/** The folder, where the catalog knows it, and the file that the entity was read from. */
const ANNOTATIONS = [ANNOTATION_SOURCE_LOCATION, ANNOTATION_LOCATION];
const ENTITY_FILE = 'catalog-info.yaml';

/** Repositories per request: what asks by list is never larger because the list is. */
const PIECE = 25;

/** Entities per answer: a repository has a handful of the kinds above. */
const PAGE = 500;

/** The catalog's entity of each repository, by the repository's name. A convenience: without the catalog there is none. */
export function useCatalogEntities(
  repositories: GitRepository[] | undefined,
): Map<string, Entity> {
  const catalog = useApi(catalogApiRef);
  const names = (repositories ?? []).map(({ name }) => name).join(' ');
  const { value } = useAsync(
    async () => await findEntities(catalog, repositories ?? []),
    [catalog, names],
  );
  return value ?? new Map<string, Entity>();
}

async function findEntities(
  catalog: CatalogApi,
  repositories: GitRepository[],
): Promise<Map<string, Entity>> {
  const byLocation = new Map(
    repositories.flatMap(({ name, rawUrl }) => [
      [`url:${rawUrl}`, name],
      [`url:${rawUrl}${ENTITY_FILE}`, name],
    ]),
  );
  const pieces = await Promise.all(
    inPieces([...byLocation.keys()], 2 * PIECE).map(locations =>
      findAtLocations(catalog, locations),
    ),
  );
  const ranked = pieces
    .flat()
    .sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
  return new Map(
    ranked.flatMap(entity => {
      const name = ANNOTATIONS.map(annotation =>
        byLocation.get(entity.metadata.annotations?.[annotation] ?? ''),
      ).find(Boolean);
      return name ? [[name, entity] as const] : [];
    }),
  );
}

/** Sent as a predicate, which travels in the body: a filter would be part of the URL. */
async function findAtLocations(
  catalog: CatalogApi,
  locations: string[],
): Promise<Entity[]> {
  const { items } = await catalog.queryEntities({
    query: {
      $all: [
        { kind: { $in: KINDS } },
        {
          $any: [
            {
              'metadata.annotations.backstage.io/source-location': {
                $in: locations,
              },
            },
            {
              'metadata.annotations.backstage.io/managed-by-location': {
                $in: locations,
              },
            },
          ],
        },
      ],
    },
    fields: ['kind', 'metadata'],
    limit: PAGE,
    totalItems: 'exclude',
  });
  return items;
}

function inPieces<T>(items: T[], size: number): T[][] {
  const pieces: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    pieces.push(items.slice(start, start + size));
  }
  return pieces;
}
