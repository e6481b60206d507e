import type {
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  AuthorizeResult,
  type BasicPermission,
  type PermissionCriteria,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createConditionTransformer,
  isAndCriteria,
  isNotCriteria,
  isOrCriteria,
} from '@backstage/plugin-permission-node';
import type { Request } from 'express';
import {
  administerPermission,
  pipelineReadPermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type OwnerCondition,
  pipelineResourceRef,
  sameRef,
} from '../permissions/rules';
import type { PipelineService } from '../pipelines/PipelineService';

/** Permissions on one pipeline. */
export type PipelinePermission = ResourcePermission<
  typeof pipelineResourceRef.resourceType
>;

export interface AccessOptions {
  httpAuth: HttpAuthService;
  auth: AuthService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  pipelines: Pick<PipelineService, 'owners'>;
}

/** Who asks, and what they may do. */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The caller, a user or a service; rejects with an AuthenticationError. */
  async authenticate(req: Request): Promise<BackstageCredentials> {
    return await this.#options.httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
  }

  /** As {@link authenticate}, and by cookie too: a browser's download sends no other credentials. */
  async authenticateDownload(req: Request): Promise<BackstageCredentials> {
    return await this.#options.httpAuth.credentials(req, {
      allow: ['user', 'service'],
      allowLimitedAccess: true,
    });
  }

  /** The caller's name for the records: an entity ref, or the subject of a service. */
  nameOf(credentials: BackstageCredentials): string {
    const { auth } = this.#options;
    if (auth.isPrincipal(credentials, 'user')) {
      return credentials.principal.userEntityRef;
    }
    if (auth.isPrincipal(credentials, 'service')) {
      return credentials.principal.subject;
    }
    throw new NotAllowedError('Only users and services may do this');
  }

  /**
   * Demands to read a pipeline, and what else is asked for. The refusal is the same whether or not there is
   * such a pipeline.
   */
  async demand(
    credentials: BackstageCredentials,
    pipelineRef: string,
    ...more: PipelinePermission[]
  ): Promise<void> {
    const refused = await this.#refused(credentials, pipelineRef, more);
    if (refused) {
      throw new NotAllowedError(
        `You lack the permission '${refused.name}' for '${pipelineRef}'`,
      );
    }
  }

  /**
   * As {@link demand}, for what has an id of its own: who may not read its pipeline is told the same as if
   * there were no such thing. `pipelineRef` is undefined if there is none.
   */
  async demandOf(
    credentials: BackstageCredentials,
    thing: string,
    pipelineRef: string | undefined,
    ...more: PipelinePermission[]
  ): Promise<string> {
    const refused =
      pipelineRef === undefined
        ? pipelineReadPermission
        : await this.#refused(credentials, pipelineRef, more);
    if (pipelineRef === undefined || refused === pipelineReadPermission) {
      throw new NotFoundError(`There is no ${thing} that you may see`);
    }
    if (refused) {
      throw new NotAllowedError(
        `You lack the permission '${refused.name}' for '${pipelineRef}'`,
      );
    }
    return pipelineRef;
  }

  /** Demands one permission on a pipeline and not to read it. */
  async demandOnly(
    credentials: BackstageCredentials,
    pipelineRef: string,
    permission: PipelinePermission,
  ): Promise<void> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission, resourceRef: pipelineRef }],
      { credentials },
    );
    if (result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You lack the permission '${permission.name}' for '${pipelineRef}'`,
      );
    }
  }

  /** Which of some pipelines the caller may read. */
  async readable(
    credentials: BackstageCredentials,
    pipelineRefs: string[],
  ): Promise<string[]> {
    const decisions = await this.#options.permissions.authorize(
      pipelineRefs.map(resourceRef => ({
        permission: pipelineReadPermission,
        resourceRef,
      })),
      { credentials },
    );
    return pipelineRefs.filter(
      (_, index) => decisions[index].result === AuthorizeResult.ALLOW,
    );
  }

  /** The owners whose pipelines the caller may read; undefined: all, also those to come. */
  async readableOwners(
    credentials: BackstageCredentials,
  ): Promise<string[] | undefined> {
    const { permissions, permissionsRegistry, pipelines } = this.#options;
    const [decision] = await permissions.authorizeConditional(
      [{ permission: pipelineReadPermission }],
      { credentials },
    );
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return undefined;
      case AuthorizeResult.CONDITIONAL: {
        const toCriteria = createConditionTransformer(
          permissionsRegistry.getPermissionRuleset(pipelineResourceRef),
        );
        const criteria = toCriteria(decision.conditions);
        // A pipeline has one owner, so that every combination of conditions comes down to a set of owners.
        const owners = await pipelines.owners();
        return owners.filter(owner => meets(criteria, owner));
      }
      default:
        throw new NotAllowedError(
          `You lack the permission '${pipelineReadPermission.name}'`,
        );
    }
  }

  /** Demands to see nodes and the queue. */
  async demandAdministration(credentials: BackstageCredentials): Promise<void> {
    const permission: BasicPermission = administerPermission;
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission }],
      { credentials },
    );
    if (result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(`You lack the permission '${permission.name}'`);
    }
  }

  async #refused(
    credentials: BackstageCredentials,
    pipelineRef: string,
    more: PipelinePermission[],
  ): Promise<PipelinePermission | undefined> {
    const wanted = [pipelineReadPermission, ...more];
    const decisions = await this.#options.permissions.authorize(
      wanted.map(permission => ({ permission, resourceRef: pipelineRef })),
      { credentials },
    );
    return wanted.find(
      (_, index) => decisions[index].result !== AuthorizeResult.ALLOW,
    );
  }
}

function meets(
  criteria: PermissionCriteria<OwnerCondition>,
  owner: string,
): boolean {
  if (isAndCriteria(criteria)) {
    return criteria.allOf.every(part => meets(part, owner));
  }
  if (isOrCriteria(criteria)) {
    return criteria.anyOf.some(part => meets(part, owner));
  }
  if (isNotCriteria(criteria)) {
    return !meets(criteria.not, owner);
  }
  return criteria.ownerRefs.some(ref => sameRef(ref, owner));
}
