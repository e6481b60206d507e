import { ResponseError } from '@backstage/errors';
import type { CatalogApi } from '@backstage/plugin-catalog-react';
import type {
  CreationRefusal,
  GitHostApi,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NameCheck } from './nameCheck';

/** Why a creation under a name would fail. */
export type NameRefusal =
  | CreationRefusal
  | { reason: 'entity-taken'; entityRef: string }
  | { reason: 'not-allowed' };

export interface NameApis {
  catalog: Pick<CatalogApi, 'getEntitiesByRefs'>;
  gitHost: Pick<GitHostApi, 'checkCreation'>;
}

/** Asks the catalog and the Git host. Rejects where one of them does not answer: then the creation alone decides. */
export async function findRefusals(
  { catalog, gitHost }: NameApis,
  check: NameCheck,
): Promise<NameRefusal[]> {
  const [taken, refused] = await Promise.all([
    findTaken(catalog, check.entityRefs),
    check.repository
      ? checkRepository(gitHost, check.name, check.repository)
      : [],
  ]);
  return [...taken, ...refused];
}

async function findTaken(
  catalog: NameApis['catalog'],
  entityRefs: string[],
): Promise<NameRefusal[]> {
  if (entityRefs.length === 0) {
    return [];
  }
  const { items } = await catalog.getEntitiesByRefs({
    entityRefs,
    fields: ['kind', 'metadata.namespace', 'metadata.name'],
  });
  return entityRefs
    .filter((_, index) => items[index])
    .map(entityRef => ({ reason: 'entity-taken', entityRef }));
}

async function checkRepository(
  gitHost: NameApis['gitHost'],
  name: string,
  repository: { owner?: string },
): Promise<NameRefusal[]> {
  try {
    return await gitHost.checkCreation({ name, ...repository });
  } catch (error) {
    if (error instanceof ResponseError && error.statusCode === 403) {
      return [{ reason: 'not-allowed' }];
    }
    throw error;
  }
}
