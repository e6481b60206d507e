import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  createGitRepositoryConditionalDecision,
  gitRepositoryConditions,
} from '@model-ci/backstage-plugin-model-ci-git-backend';
import {
  createModelPipelineConditionalDecision,
  modelPipelineConditions,
} from '@model-ci/backstage-plugin-model-ci-backend';
import {
  RESOURCE_TYPE_GIT_REPOSITORY,
  RESOURCE_TYPE_MODEL_PIPELINE,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  AuthorizeResult,
  isResourcePermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';

const ADMINISTRATORS = 'group:default/platform';

/** Each team has its own pipelines and repositories, administrators have all, and who is in no team has nothing of Model CI. */
class TeamPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const owners = user?.info.ownershipEntityRefs ?? [];
    if (
      !permission.name.startsWith('model-ci') ||
      owners.includes(ADMINISTRATORS)
    ) {
      return { result: AuthorizeResult.ALLOW };
    }
    if (!owners.some(ref => ref.startsWith('group:'))) {
      return { result: AuthorizeResult.DENY };
    }
    if (isResourcePermission(permission, RESOURCE_TYPE_MODEL_PIPELINE)) {
      return createModelPipelineConditionalDecision(
        permission,
        modelPipelineConditions.isOwner({ owners }),
      );
    }
    if (isResourcePermission(permission, RESOURCE_TYPE_GIT_REPOSITORY)) {
      return createGitRepositoryConditionalDecision(
        permission,
        gitRepositoryConditions.isOwner({ claims: owners }),
      );
    }
    return {
      result:
        permission.name === 'model-ci.administer'
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
    };
  }
}

export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'hostile-test',
  register(reg) {
    reg.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new TeamPolicy());
      },
    });
  },
});
