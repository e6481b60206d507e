import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, NotImplementedError } from '@backstage/errors';
import type { ResourcePermission } from '@backstage/plugin-permission-common';
import { asUser } from '@model-ci/backstage-plugin-model-ci-node';
import type { UserDirectory } from '../owners/UserDirectory';
import type { RepositoryAuthorizer } from './RepositoryAuthorizer';

export interface TokenPolicyOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  authorizer: Pick<RepositoryAuthorizer, 'requireFor'>;
  users: Pick<UserDirectory, 'find'>;
  logger: LoggerService;
  /** Whether tokens work in a portal that cannot ask its policy about absent users. */
  withoutPolicy: boolean;
  now?: () => number;
}

/** A clone or push is several requests, which share one decision; a change of the policy counts after this time. */
const KEPT_MS = 10_000;
const MAX_KEPT = 10_000;

/** Asks the permission policy about the user of a token, each time that the token is used. */
export class TokenPolicy {
  readonly #options: TokenPolicyOptions;
  readonly #now: () => number;
  readonly #kept = new Map<
    string,
    { decision: Promise<void>; until: number }
  >();
  #isWarned = false;

  constructor(options: TokenPolicyOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Refuses what the policy does not grant to the user, and everything to a user who is gone. */
  async require(
    userRef: string,
    permission: ResourcePermission,
    repository: string,
  ): Promise<void> {
    const key = [userRef, permission.name, repository].join(' ');
    const now = this.#now();
    const known = this.#kept.get(key);
    if (known && known.until > now) {
      await known.decision;
      return;
    }
    const decision = this.#ask(userRef, permission, repository);
    this.#kept.delete(key);
    this.#kept.set(key, { decision, until: now + KEPT_MS });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) {
      this.#kept.delete(oldest.value);
    }
    try {
      await decision;
    } catch (error) {
      // A refusal is a decision; an auth backend that is away is none.
      if (!NotAllowedError.is(error)) {
        this.#kept.delete(key);
      }
      throw error;
    }
  }

  async #ask(
    userRef: string,
    permission: ResourcePermission,
    repository: string,
  ): Promise<void> {
    const credentials = await this.#credentialsOf(userRef);
    if (credentials) {
      await this.#options.authorizer.requireFor(
        credentials,
        permission,
        repository,
      );
    }
  }

  /** Undefined where app-config lets tokens work without the policy, and there is no way to ask it. */
  async #credentialsOf(
    userRef: string,
  ): Promise<BackstageCredentials | undefined> {
    const { users, withoutPolicy } = this.#options;
    const { isInCatalog } = await users.find(userRef);
    try {
      return await asUser(this.#options, userRef, {
        // Whoever is gone from the catalog is at once.
        maxAgeMs: isInCatalog ? undefined : KEPT_MS,
      });
    } catch (error) {
      if (!NotImplementedError.is(error)) {
        throw error;
      }
      if (!withoutPolicy) {
        throw new NotAllowedError(describeMissing(error.message), error);
      }
      this.#warn();
      return undefined;
    }
  }

  #warn(): void {
    if (!this.#isWarned) {
      this.#isWarned = true;
      this.#options.logger.warn(
        'Git tokens work without the permission policy, because modelCi.git.tokens.withoutPolicy is true and @model-ci/backstage-plugin-auth-backend-module-model-ci is missing',
      );
    }
  }
}

function describeMissing(remedy: string): string {
  return `Git tokens do not work yet. ${remedy}; or let everybody's tokens read every repository with 'modelCi.git.tokens.withoutPolicy: true'`;
}
