import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';

/** The user that people are whom the guest provider signs in. */
export interface Guest {
  userRef: string;
  ownershipRefs: string[];
}

/** Who signs in as guest, where the guest provider works; it needs no user in the catalog. */
export function readGuest(
  config: Config,
  nodeEnv: string | undefined,
): Guest | undefined {
  const guest = config.getOptionalConfig('auth.providers.guest');
  const works =
    nodeEnv === 'development' ||
    guest?.getOptionalBoolean('dangerouslyAllowOutsideDevelopment') === true;
  if (!guest || !works) {
    return undefined;
  }
  const userRef = stringifyEntityRef(
    parseEntityRef(
      guest.getOptionalString('userEntityRef') ?? 'user:development/guest',
    ),
  );
  return {
    userRef,
    ownershipRefs: guest.getOptionalStringArray('ownershipEntityRefs') ?? [
      userRef,
    ],
  };
}
