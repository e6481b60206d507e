import type { HttpAuthService } from '@backstage/backend-plugin-api';
import {
  creationCheckSchema,
  gitRepositoryCreatePermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { RepositoryService } from '../repositories/RepositoryService';

export interface CreationCheckRouterOptions {
  repositories: Pick<RepositoryService, 'checkCreation'>;
  authorizer: RepositoryAuthorizer;
  httpAuth: HttpAuthService;
}

/** `/creation-check`: for forms that refuse at once what the creation would refuse later. Says no more than the creation does. */
export function createCreationCheckRouter(
  options: CreationCheckRouterOptions,
): Router {
  const { repositories, authorizer, httpAuth } = options;
  const router = PromiseRouter();

  router.get('/', async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const { query } = readRequest(req, { query: creationCheckSchema });
    await authorizer.require(credentials, gitRepositoryCreatePermission);
    const refusals = await repositories.checkCreation(
      query,
      credentials.principal.userEntityRef,
    );
    res.set('Cache-Control', 'no-store').json({ refusals });
  });

  return router;
}
