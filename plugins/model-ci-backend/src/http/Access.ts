import type { IncomingMessage } from 'node:http';
import type {
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
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
import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';
import type { Knex } from 'knex';
import {
  administerPermission,
  pipelineReadPermission,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type OwnerCondition,
  pipelineResourceRef,
  sameRef,
} from '../permissions/rules';
import { listPipelinesOfBlob } from '../database/operations/artifacts/listPipelinesOfBlob';
import { findPipelineOfDeployment } from '../database/operations/pipelines/findPipelineOfDeployment';
import { findRunOfAttempt } from '../database/operations/attempts/findRunOfAttempt';
import { findPipelineOfRun } from '../database/operations/pipelines/findPipelineOfRun';
import type { Actor } from '../deployments/protection';
import type { Watchers, WatchScope } from '../notifications/watchers/Watchers';
import type { PipelineService } from '../pipelines/PipelineService';
import { claimedName } from '../pipelines/refusals';
import { withReason } from '../withReason';

/** Stands for the caller and the groups that they belong to, among the owners that a list is asked for. */
const MINE = 'mine';

/** Permissions on one pipeline. */
export type PipelinePermission = ResourcePermission<
  typeof pipelineResourceRef.resourceType
>;

export interface AccessOptions {
  httpAuth: HttpAuthService;
  auth: AuthService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  userInfo: UserInfoService;
  pipelines: Pick<PipelineService, 'owners' | 'claimOf'>;
  db: Knex;
  /** Called with what users read, for whose pages changes are announced. */
  watchers: Pick<Watchers, 'watch'>;
}

/** What is demanded of the pipeline behind an id. */
export interface Demand {
  /** Beside reading it. */
  permission?: PipelinePermission;
  /** Called with the pipeline before it is decided, for the records of what is refused. */
  note?(meta: JsonObject): void;
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

  /** The caller of a handshake, by a token of its own or by `Authorization`; never by a cookie, which any page sends. */
  async authenticateUpgrade(
    req: IncomingMessage,
    token = bearerOf(req),
  ): Promise<BackstageCredentials> {
    const { auth } = this.#options;
    if (token === undefined) {
      throw new AuthenticationError('Missing credentials');
    }
    const credentials = await auth.authenticate(token);
    if (
      !auth.isPrincipal(credentials, 'user') &&
      !auth.isPrincipal(credentials, 'service')
    ) {
      throw new AuthenticationError('Missing credentials');
    }
    return credentials;
  }

  /** The user who asks, whatever for; undefined for services, and where nobody says who asks. */
  async findUser(req: Request): Promise<string | undefined> {
    const { auth, httpAuth } = this.#options;
    try {
      const credentials = await httpAuth.credentials(req, {
        allowLimitedAccess: true,
      });
      return auth.isPrincipal(credentials, 'user')
        ? credentials.principal.userEntityRef
        : undefined;
    } catch {
      // The route refuses it, in its own words.
      return undefined;
    }
  }

  /** The caller as somebody who deploys. */
  actor(credentials: BackstageCredentials): Actor {
    const { auth, userInfo } = this.#options;
    const ref = this.nameOf(credentials);
    return {
      ref,
      entityRefs: async () =>
        auth.isPrincipal(credentials, 'user')
          ? (await userInfo.getUserInfo(credentials)).ownershipEntityRefs
          : [ref],
    };
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
   * such a pipeline, except for who owns the entity of its name and is not given what is kept under that.
   */
  async demand(
    credentials: BackstageCredentials,
    pipelineRef: string,
    ...more: PipelinePermission[]
  ): Promise<void> {
    const refused = await this.#refused(credentials, pipelineRef, more);
    if (refused) {
      const why = await this.#whyNotGiven(credentials, pipelineRef);
      const lacks = lacking(refused, pipelineRef);
      throw withReason(
        NotAllowedError,
        why ? reason('error.sentences', { first: lacks, second: why }) : lacks,
      );
    }
    await this.#watch(credentials, { type: 'pipeline', pipelineRef });
  }

  /** Whose entity has the name of another source's history learns what to do. */
  async #whyNotGiven(
    credentials: BackstageCredentials,
    pipelineRef: string,
  ): Promise<Reason | undefined> {
    const claim = await this.#options.pipelines.claimOf(pipelineRef);
    if (!claim) {
      return undefined;
    }
    const owned = await this.actor(credentials).entityRefs();
    return owned.some(ref => sameRef(ref, claim.owner))
      ? claimedName(pipelineRef, claim)
      : undefined;
  }

  /** As {@link demand}, of the pipeline that a run belongs to; answers it. */
  async demandRun(
    credentials: BackstageCredentials,
    runId: string,
    options: Demand = {},
  ): Promise<string> {
    const pipelineRef = await findPipelineOfRun(this.#options.db, runId);
    return this.#demandOf(
      credentials,
      reason('thing.run', { id: runId }),
      pipelineRef,
      options,
    );
  }

  /** As {@link demand}, of the pipeline that an attempt belongs to; answers its run. */
  async demandAttempt(
    credentials: BackstageCredentials,
    attemptId: string,
    options: Demand = {},
  ): Promise<string> {
    const found = await findRunOfAttempt(this.#options.db, attemptId);
    await this.#demandOf(
      credentials,
      reason('thing.attempt', { id: attemptId }),
      found?.pipelineRef,
      options,
    );
    return found?.runId ?? '';
  }

  /** As {@link demand}, of the pipeline that a deployment belongs to; answers it. */
  async demandDeployment(
    credentials: BackstageCredentials,
    deploymentId: string,
    options: Demand = {},
  ): Promise<string> {
    return this.#demandOf(
      credentials,
      reason('thing.deployment', { id: deploymentId }),
      await findPipelineOfDeployment(this.#options.db, deploymentId),
      options,
    );
  }

  /** Demands to read one of the pipelines that produced a blob; answers those that the caller may read. */
  async demandArtifact(
    credentials: BackstageCredentials,
    digest: string,
  ): Promise<string[]> {
    const pipelineRefs = await listPipelinesOfBlob(this.#options.db, {
      digest,
    });
    const readable = await this.#readable(credentials, pipelineRefs);
    if (readable.length === 0) {
      throw noSuch(reason('thing.artifact', { digest }));
    }
    return readable;
  }

  /**
   * For what has an id of its own: who may not read its pipeline gets the same answer as if there were no such thing.
   * `pipelineRef` is undefined if there is none.
   */
  async #demandOf(
    credentials: BackstageCredentials,
    thing: Reason,
    pipelineRef: string | undefined,
    { permission, note }: Demand,
  ): Promise<string> {
    note?.({ pipelineRef });
    const more = permission ? [permission] : [];
    const refused =
      pipelineRef === undefined
        ? pipelineReadPermission
        : await this.#refused(credentials, pipelineRef, more);
    if (pipelineRef === undefined || refused === pipelineReadPermission) {
      throw noSuch(thing);
    }
    if (refused) {
      throw withReason(NotAllowedError, lacking(refused, pipelineRef));
    }
    await this.#watch(credentials, { type: 'pipeline', pipelineRef });
    return pipelineRef;
  }

  /** Whether the caller has one permission on a pipeline. */
  async allows(
    credentials: BackstageCredentials,
    pipelineRef: string,
    permission: PipelinePermission,
  ): Promise<boolean> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission, resourceRef: pipelineRef }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW;
  }

  /** Demands one permission on a pipeline and not to read it. */
  async demandOnly(
    credentials: BackstageCredentials,
    pipelineRef: string,
    permission: PipelinePermission,
  ): Promise<void> {
    if (!(await this.allows(credentials, pipelineRef, permission))) {
      throw withReason(NotAllowedError, lacking(permission, pipelineRef));
    }
  }

  async #readable(
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

  /** Of the owners that are asked for, or of all, those whose pipelines the caller may read; undefined: all, also those to come. */
  async listedOwners(
    credentials: BackstageCredentials,
    wanted: string[] | undefined,
  ): Promise<string[] | undefined> {
    const readable = await this.readableOwners(credentials);
    const owners = wanted?.includes(MINE)
      ? [...wanted, ...(await this.actor(credentials).entityRefs())].map(ref =>
          ref.toLocaleLowerCase('en-US'),
        )
      : wanted;
    return readable && owners
      ? owners.filter(owner => readable.includes(owner))
      : readable ?? owners;
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
        await this.#watch(credentials, { type: 'all' });
        return undefined;
      case AuthorizeResult.CONDITIONAL: {
        const toCriteria = createConditionTransformer(
          permissionsRegistry.getPermissionRuleset(pipelineResourceRef),
        );
        const criteria = toCriteria(decision.conditions);
        // A pipeline has one owner, so that every combination of conditions comes down to a set of owners.
        const owners = await pipelines.owners();
        const readable = owners.filter(owner => meets(criteria, owner));
        await this.#watch(
          credentials,
          ...readable.map(ownerRef => ({ type: 'owner' as const, ownerRef })),
        );
        return readable;
      }
      default:
        throw withReason(
          NotAllowedError,
          reason('error.lacksPermission', {
            permission: pipelineReadPermission.name,
          }),
        );
    }
  }

  /** Demands a permission that is about no pipeline. */
  async demandBasic(
    credentials: BackstageCredentials,
    permission: BasicPermission,
  ): Promise<void> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission }],
      { credentials },
    );
    if (result !== AuthorizeResult.ALLOW) {
      throw withReason(
        NotAllowedError,
        reason('error.lacksPermission', { permission: permission.name }),
      );
    }
  }

  /** Demands to see nodes and the queue. */
  async demandAdministration(credentials: BackstageCredentials): Promise<void> {
    await this.demandBasic(credentials, administerPermission);
    await this.#watch(credentials, { type: 'nodes' }, { type: 'all' });
  }

  /** Services ask again by themselves; only users have pages that show changes. */
  async #watch(
    credentials: BackstageCredentials,
    ...scopes: WatchScope[]
  ): Promise<void> {
    const { auth, watchers } = this.#options;
    if (auth.isPrincipal(credentials, 'user')) {
      await watchers.watch(credentials.principal.userEntityRef, scopes);
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

function lacking({ name }: PipelinePermission, pipelineRef: string): Reason {
  return reason('error.lacksPermissionFor', {
    permission: name,
    pipeline: pipelineRef,
  });
}

function noSuch(thing: Reason): NotFoundError {
  return withReason(NotFoundError, reason('error.notForYou', { thing }));
}

function bearerOf(req: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
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
