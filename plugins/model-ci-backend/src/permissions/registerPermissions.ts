import type { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import { modelCiPermissions } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineRow } from '../database/tables/pipelines';
import { isOwner, pipelineResourceRef } from './rules';

/** Registers with the permission system what there is to decide, and on what. */
export function registerPermissions(
  registry: PermissionsRegistryService,
  pipelines: {
    findAll(refs: string[]): Promise<Array<PipelineRow | undefined>>;
  },
): void {
  registry.addResourceType({
    resourceRef: pipelineResourceRef,
    permissions: modelCiPermissions.filter(permission =>
      isResourcePermission(permission),
    ),
    rules: [isOwner],
    getResources: async refs => {
      const rows = await pipelines.findAll(refs);
      return rows.map(row => row && { ref: row.ref, ownerRef: row.owner_ref });
    },
  });
  registry.addPermissions(
    modelCiPermissions.filter(permission => !isResourcePermission(permission)),
  );
}
