import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  type BasicPermission,
  type PermissionCriteria,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  type ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  gitRepositoryBypassPermission,
  gitRepositoryCreatePermission,
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  gitTokenCreatePermission,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { findRepositories } from '../database/operations/repositories/findRepositories';
import type { RepositoryFilter } from '../database/operations/repositories/listRepositories';
import { gitRepositoryResourceRef, gitRepositoryRules } from './rules';

export interface RepositoryAuthorizerOptions {
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  db: Knex;
}

/** Asks the portal's permission policy. */
export class RepositoryAuthorizer {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<RepositoryFilter>;

  constructor(options: RepositoryAuthorizerOptions) {
    const { permissionsRegistry, db } = options;
    this.#permissions = options.permissions;
    permissionsRegistry.addPermissions([
      gitRepositoryCreatePermission,
      gitTokenCreatePermission,
    ]);
    permissionsRegistry.addResourceType({
      resourceRef: gitRepositoryResourceRef,
      permissions: [
        gitRepositoryReadPermission,
        gitRepositoryWritePermission,
        gitRepositoryBypassPermission,
      ],
      rules: Object.values(gitRepositoryRules),
      getResources: async names => {
        const rows = await findRepositories(db, { names });
        return names.map(name => rows.get(name));
      },
    });
    this.#transform = createConditionTransformer(
      permissionsRegistry.getPermissionRuleset(gitRepositoryResourceRef),
    );
  }

  async require(
    credentials: BackstageCredentials,
    permission: BasicPermission,
  ): Promise<void> {
    const [decision] = await this.#permissions.authorize([{ permission }], {
      credentials,
    });
    refuseUnlessAllowed(decision.result, permission.name);
  }

  async requireFor(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    repository: string,
  ): Promise<void> {
    const [decision] = await this.#permissions.authorize(
      [{ permission, resourceRef: repository }],
      { credentials },
    );
    refuseUnlessAllowed(decision.result, permission.name);
  }

  /** Conditions on the repositories that may be listed: `none` of them, or those that match. */
  async readable(
    credentials: BackstageCredentials,
  ): Promise<
    | { type: 'none' }
    | { type: 'some'; conditions?: PermissionCriteria<RepositoryFilter> }
  > {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: gitRepositoryReadPermission }],
      { credentials },
    );
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return { type: 'some' };
      case AuthorizeResult.CONDITIONAL:
        return {
          type: 'some',
          conditions: this.#transform(decision.conditions),
        };
      default:
        return { type: 'none' };
    }
  }
}

function refuseUnlessAllowed(result: AuthorizeResult, name: string): void {
  if (result !== AuthorizeResult.ALLOW) {
    throw withReason(
      NotAllowedError,
      reason('error.lacksPermission', { permission: name }),
    );
  }
}
