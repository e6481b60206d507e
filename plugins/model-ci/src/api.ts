import { createApiRef } from '@backstage/core-plugin-api';
import type { ModelCiApi } from '@model-ci/backstage-plugin-model-ci-common';

/**
 * The HTTP interface of Model CI, as the signed-in user.
 *
 * @public
 */
export const modelCiApiRef = createApiRef<ModelCiApi>({
  id: 'plugin.model-ci.client',
});
