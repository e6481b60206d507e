import type {
  AuthService,
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  AuthenticationError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  type AuthProviderRouteHandlers,
  type AuthResolverContext,
  getBearerTokenFromAuthorizationHeader,
} from '@backstage/plugin-auth-node';
import {
  type ActAsUserAnswer,
  actAsUserRequestSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Guest } from './readGuest';

/** Plugins that act for others after checking what those asked for. A list in app-config would only widen it. */
const CALLERS = ['plugin:model-ci', 'plugin:model-ci-git'];

export interface ActAsUserProviderOptions {
  auth: AuthService;
  guest: Guest | undefined;
  logger: LoggerService;
  resolverContext: AuthResolverContext;
}

/**
 * A provider with one route. It is reached without Backstage's own check of credentials, as all routes of the auth backend
 * are: who calls is checked here, and nobody but the two plugins gets an answer, users included.
 */
export function createActAsUserProvider(
  options: ActAsUserProviderOptions,
): AuthProviderRouteHandlers {
  const refuse = async () => {
    throw new NotFoundError('Nobody signs in here: it is for plugins only');
  };
  return {
    start: refuse,
    frameHandler: refuse,
    async refresh(req, res) {
      const caller = await authenticate(req.headers.authorization, options);
      const userRef = readUserRef(req.method, req.body);
      options.logger.debug(`${caller} acts for ${userRef}`);
      const answer: ActAsUserAnswer = {
        token: await issueToken(userRef, options),
      };
      res.set('Cache-Control', 'no-store').json(answer);
    },
  };
}

async function authenticate(
  header: string | undefined,
  { auth }: ActAsUserProviderOptions,
): Promise<string> {
  const token = getBearerTokenFromAuthorizationHeader(header);
  if (!token) {
    throw new AuthenticationError('This needs the service token of a plugin');
  }
  const credentials: BackstageCredentials = await auth.authenticate(token);
  if (
    !auth.isPrincipal(credentials, 'service') ||
    !CALLERS.includes(credentials.principal.subject) ||
    credentials.principal.accessRestrictions
  ) {
    throw new NotAllowedError(
      `Only ${CALLERS.join(' and ')} may act for users`,
    );
  }
  return credentials.principal.subject;
}

function readUserRef(method: string, body: unknown): string {
  const request = actAsUserRequestSchema.safeParse(body);
  if (method !== 'POST' || !request.success) {
    throw new InputError("The body must be {userRef}, sent by 'POST'");
  }
  const ref = parseEntityRef(request.data.userRef);
  if (ref.kind.toLowerCase() !== 'user') {
    throw new InputError('userRef must be the entity ref of a user');
  }
  return stringifyEntityRef(ref);
}

async function issueToken(
  userRef: string,
  { guest, resolverContext }: ActAsUserProviderOptions,
): Promise<string> {
  try {
    const { token } = await resolverContext.signInWithCatalogUser({
      entityRef: userRef,
    });
    return token;
  } catch (error) {
    if (!NotFoundError.is(error)) {
      throw error;
    }
  }
  if (!guest || guest.userRef !== userRef) {
    // Not a 404, which is what Backstage answers where the module is missing.
    throw new NotAllowedError(`The catalog has no user ${userRef}`);
  }
  const { token } = await resolverContext.issueToken({
    claims: { sub: guest.userRef, ent: guest.ownershipRefs },
  });
  return token;
}
