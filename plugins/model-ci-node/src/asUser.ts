import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import {
  NotAllowedError,
  NotImplementedError,
  ResponseError,
} from '@backstage/errors';
import { z } from 'zod';

/** Id of the auth provider that `auth-backend-module-model-ci` registers. */
export const ACT_AS_USER_PROVIDER = 'model-ci';

export const actAsUserRequestSchema = z.strictObject({
  /** Entity ref of the user. */
  userRef: z.string().min(1).max(255),
});
export const actAsUserAnswerSchema = z.object({ token: z.string() });
/** A Backstage token of the user. */
export type ActAsUserAnswer = z.infer<typeof actAsUserAnswerSchema>;

export interface ActAsUserServices {
  discovery: DiscoveryService;
  auth: AuthService;
}

export interface ActAsUserOptions {
  /** Credentials that are older are asked for again; a minute without it. */
  maxAgeMs?: number;
  now?: () => number;
}

/** Leaving a group or the company counts after this time, and a busy user costs the auth backend one request in it. */
const DEFAULT_MAX_AGE = 60_000;
const MAX_KEPT = 1000;

interface Kept {
  credentials: Promise<BackstageCredentials>;
  since: number;
}

const keptByService = new WeakMap<AuthService, Map<string, Kept>>();

/**
 * Credentials of a user who is not there, for asking the permission policy in the user's name. They are for the plugins
 * `model-ci` and `model-ci-git` only, and must not reach whoever made the backend act.
 *
 * Throws `NotAllowedError` if there is no such user (any more), and `NotImplementedError` if the portal does not have
 * `auth-backend-module-model-ci`.
 */
export async function asUser(
  services: ActAsUserServices,
  userRef: string,
  options: ActAsUserOptions = {},
): Promise<BackstageCredentials> {
  const now = (options.now ?? Date.now)();
  const all = keptByService.get(services.auth) ?? new Map<string, Kept>();
  keptByService.set(services.auth, all);
  const known = all.get(userRef);
  if (known && now - known.since < (options.maxAgeMs ?? DEFAULT_MAX_AGE)) {
    return await known.credentials;
  }
  const kept = {
    credentials: requestCredentials(services, userRef),
    since: now,
  };
  all.delete(userRef);
  all.set(userRef, kept);
  const oldest = all.keys().next();
  if (all.size > MAX_KEPT && !oldest.done) {
    all.delete(oldest.value);
  }
  try {
    return await kept.credentials;
  } catch (error) {
    if (all.get(userRef) === kept) {
      all.delete(userRef);
    }
    throw error;
  }
}

async function requestCredentials(
  { auth, discovery }: ActAsUserServices,
  userRef: string,
): Promise<BackstageCredentials> {
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: await auth.getOwnServiceCredentials(),
    targetPluginId: 'auth',
  });
  const base = await discovery.getBaseUrl('auth');
  const response = await fetch(`${base}/${ACT_AS_USER_PROVIDER}/refresh`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ userRef }),
  });
  if (response.status === 404) {
    throw new NotImplementedError(
      `This portal cannot act for users who are not there: install @model-ci/backstage-plugin-auth-backend-module-model-ci and add 'auth.providers.${ACT_AS_USER_PROVIDER}: {}' to app-config`,
    );
  }
  if (!response.ok) {
    const error = await ResponseError.fromResponse(response);
    throw response.status === 403
      ? new NotAllowedError(error.cause.message)
      : error;
  }
  const answer = actAsUserAnswerSchema.parse(await response.json());
  return await auth.authenticate(answer.token);
}
