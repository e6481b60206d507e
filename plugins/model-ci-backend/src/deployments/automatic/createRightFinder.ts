import type {
  BackstageCredentials,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, NotImplementedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { Knex } from 'knex';
import {
  pipelineDeployPermission,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readDeployDecision } from '../../database/operations/deployments/deployDecisions';
import { isExternal } from '../../database/operations/external/externalRuns';
import { findRun } from '../../database/operations/runs/findRun';
import type { DeployRight } from './createAutomaticDeployments';

export interface RightFinderOptions {
  db: Knex;
  permissions: PermissionsService;
  userInfo: UserInfoService;
  /** Credentials of a user who is not there; see `asUser` of model-ci-node. */
  asUser(userRef: string): Promise<BackstageCredentials>;
}

/**
 * Finds whether a version may be deployed for whoever started its run: as it was decided when the run was started, or
 * else, for pushes, as the permission policy decides now.
 */
export function createRightFinder(options: RightFinderOptions) {
  return async (run: {
    id: string;
    pipelineRef: string;
    createdBy: string;
  }): Promise<DeployRight> => {
    const { createdBy, pipelineRef } = run;
    const decision = await readDeployDecision(options.db, run.id);
    if (decision) {
      const { allowed, userRef, entityRefs } = decision;
      if (allowed) {
        const actor = { ref: userRef, entityRefs: async () => entityRefs };
        return { type: 'allowed', actor };
      }
      const isOfToken = isExternal(
        await findRun(options.db, { runId: run.id }),
      );
      return {
        type: 'refused',
        reason: isOfToken
          ? tokenLacksAction(userRef, pipelineRef)
          : lacksPermission(userRef, pipelineRef),
      };
    }
    return await askPolicy(createdBy, pipelineRef, options);
  };
}

async function askPolicy(
  userRef: string,
  pipelineRef: string,
  { permissions, userInfo, asUser }: RightFinderOptions,
): Promise<DeployRight> {
  let credentials: BackstageCredentials;
  try {
    credentials = await asUser(userRef);
  } catch (error) {
    if (NotImplementedError.is(error) || NotAllowedError.is(error)) {
      return {
        type: 'refused',
        reason: reason('deployment.permissionUnknown', {
          user: userRef,
          error: error.message,
        }),
      };
    }
    throw error;
  }
  const [{ result }] = await permissions.authorize(
    [{ permission: pipelineDeployPermission, resourceRef: pipelineRef }],
    { credentials },
  );
  if (result !== AuthorizeResult.ALLOW) {
    return { type: 'refused', reason: lacksPermission(userRef, pipelineRef) };
  }
  return {
    type: 'allowed',
    actor: {
      ref: userRef,
      entityRefs: async () =>
        (await userInfo.getUserInfo(credentials)).ownershipEntityRefs,
    },
  };
}

function tokenLacksAction(user: string, pipeline: string): Reason {
  return reason('deployment.tokenLacksAction', {
    user,
    permission: pipelineDeployPermission.name,
    pipeline,
  });
}

function lacksPermission(user: string, pipeline: string): Reason {
  return reason('deployment.lacksPermission', {
    user,
    permission: pipelineDeployPermission.name,
    pipeline,
  });
}
