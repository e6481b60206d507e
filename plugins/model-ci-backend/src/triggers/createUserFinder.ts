import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  type Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { Change } from '../webhooks/change';

/** Characters that every host takes in a name, and no filter of the catalog understands otherwise. */
const LOGIN = /^[A-Za-z0-9._-]{1,100}$/;
const GITHUB = 'github.com';

export interface UserFinderOptions {
  auth: AuthService;
  catalog: Pick<CatalogService, 'getEntities'>;
  integrations: ScmIntegrationRegistry;
  logger: LoggerService;
}

/**
 * Finds the user of the catalog who has a name on a code host, by the annotation `<host>/user-login`. On GitHub
 * Enterprise, the catalog's own provider writes `github.com/user-login` too; then its location says which of the two.
 * Names on Bitbucket are not unique, so that they stand for nobody.
 */
export function createUserFinder(options: UserFinderOptions) {
  const { auth, catalog, logger } = options;
  return async (change: Change): Promise<string | undefined> => {
    const { author, provider, repositoryUrl, user } = change;
    if (user !== undefined || provider === 'bitbucket') {
      return user;
    }
    if (!author || !LOGIN.test(author)) {
      return undefined;
    }
    const { host } = new URL(repositoryUrl);
    const annotation = `${provider === 'github' ? GITHUB : host}/user-login`;
    try {
      const { items } = await catalog.getEntities(
        {
          filter: {
            kind: 'User',
            [`metadata.annotations.${annotation}`]: author,
          },
          limit: 10,
        },
        { credentials: await auth.getOwnServiceCredentials() },
      );
      const own = items.filter(
        entity => provider !== 'github' || isOfGithub(entity, host, options),
      );
      return own.length === 1 ? stringifyEntityRef(own[0]) : undefined;
    } catch (error) {
      logger.info(`Who ${author} on ${host} is, is not known now: ${error}`);
      return undefined;
    }
  };
}

function isOfGithub(
  { metadata }: Entity,
  host: string,
  { integrations }: UserFinderOptions,
): boolean {
  const location = metadata.annotations?.[ANNOTATION_LOCATION] ?? '';
  const url = location.replace(/^url:/, '');
  const from = URL.canParse(url) ? integrations.github.byUrl(url) : undefined;
  return (from?.config.host ?? GITHUB) === host;
}
