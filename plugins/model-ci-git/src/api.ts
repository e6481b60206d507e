import { createApiRef } from '@backstage/core-plugin-api';
import type { GitHostApi } from '@model-ci/backstage-plugin-model-ci-common';

/**
 * The embedded git host, as the signed-in user.
 *
 * @public
 */
export const gitHostApiRef = createApiRef<GitHostApi>({
  id: 'plugin.model-ci-git.client',
});
