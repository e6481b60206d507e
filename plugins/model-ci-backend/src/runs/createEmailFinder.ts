import type { AuthService } from '@backstage/backend-plugin-api';
import { isUserEntity, parseEntityRef } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/** Finds the e-mail addresses of users in the catalog, in the backend's own name. */
export function createEmailFinder({
  auth,
  catalog,
}: {
  auth: AuthService;
  catalog: CatalogService;
}) {
  return async (name: string): Promise<string | undefined> => {
    if (!isUserRef(name)) {
      return undefined;
    }
    const entity = await catalog.getEntityByRef(name, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    return entity && isUserEntity(entity)
      ? entity.spec.profile?.email || undefined
      : undefined;
  };
}

/** Services decide too; their subjects are no entity refs. */
function isUserRef(name: string): boolean {
  try {
    return parseEntityRef(name).kind.toLocaleLowerCase('en-US') === 'user';
  } catch {
    return false;
  }
}
