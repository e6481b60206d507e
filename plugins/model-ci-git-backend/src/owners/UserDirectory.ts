import type { AuthService } from '@backstage/backend-plugin-api';
import {
  type Entity,
  RELATION_MEMBER_OF,
  stringifyEntityRef,
  parseEntityRef,
} from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '@model-ci/backstage-plugin-model-ci-node';

/** What the catalog knows of a user. */
export interface KnownUser {
  userRef: string;
  displayName: string;
  email: string;
  isInCatalog: boolean;
  /** The user and the groups that it is a member of. */
  ownershipRefs: string[];
}

export interface UserDirectoryOptions {
  catalog: CatalogService;
  auth: AuthService;
  now?: () => number;
}

const KEPT_MS = 10_000;
const MAX_KEPT = 1000;

/**
 * Looks users up in the catalog at the time they act, so that whoever leaves a group loses its repositories at
 * once. A clone or push is several requests, which share one look-up.
 */
export class UserDirectory {
  readonly #options: UserDirectoryOptions;
  readonly #now: () => number;
  readonly #kept = new Map<
    string,
    { user: Promise<KnownUser>; until: number }
  >();

  constructor(options: UserDirectoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async find(userRef: string): Promise<KnownUser> {
    const now = this.#now();
    const kept = this.#kept.get(userRef);
    if (kept && kept.until > now) {
      return await kept.user;
    }
    const user = this.#read(userRef);
    this.#kept.delete(userRef);
    this.#kept.set(userRef, { user, until: now + KEPT_MS });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) {
      this.#kept.delete(oldest.value);
    }
    try {
      return await user;
    } catch (error) {
      this.#kept.delete(userRef);
      throw error;
    }
  }

  /** Refuses who does not belong to an owner, and says what would help. */
  async requireOwner(
    userRef: string,
    ownerRef: string,
    action: Reason,
  ): Promise<KnownUser> {
    const user = await this.find(userRef);
    if (!user.ownershipRefs.includes(ownerRef)) {
      throw withReason(
        NotAllowedError,
        reason('gitHost.membersOnly', {
          ...{ owner: ownerRef, user: userRef, action },
        }),
      );
    }
    return user;
  }

  async #read(userRef: string): Promise<KnownUser> {
    const { auth, catalog } = this.#options;
    const entity = await catalog.getEntityByRef(userRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    return {
      userRef,
      ...readProfile(entity, userRef),
      isInCatalog: entity !== undefined,
      ownershipRefs: [userRef, ...groupsOf(entity)],
    };
  }
}

function readProfile(entity: Entity | undefined, userRef: string) {
  const profile = entity?.spec?.profile;
  const text = (key: string): string | undefined => {
    const value =
      profile && typeof profile === 'object' && !Array.isArray(profile)
        ? profile[key]
        : undefined;
    return typeof value === 'string' && value.trim() ? value : undefined;
  };
  return {
    displayName: text('displayName') ?? entity?.metadata.title ?? userRef,
    email: text('email') ?? '',
  };
}

function groupsOf(entity: Entity | undefined): string[] {
  return (entity?.relations ?? [])
    .filter(relation => relation.type === RELATION_MEMBER_OF)
    .map(relation => normalizeOwnerRef(relation.targetRef));
}

/** Entity refs compare as text only in lower case and in full. */
export function normalizeOwnerRef(ref: string): string {
  return stringifyEntityRef(
    parseEntityRef(ref, { defaultKind: 'group', defaultNamespace: 'default' }),
  );
}
