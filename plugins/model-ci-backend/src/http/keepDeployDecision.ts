import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { pipelineDeployPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { insertDeployDecision } from '../database/operations/deployments/deployDecisions';
import type { RouteContext } from './context';

/**
 * Keeps whether the caller may deploy what a run that it starts will register: it is gone when the run has ended. Callers
 * with a token for less than their user may do are asked about with `mayDeploy`.
 */
export async function keepDeployDecision(
  { access, db }: Pick<RouteContext, 'access' | 'db'>,
  credentials: BackstageCredentials,
  run: { id: string; pipelineRef: string },
  { mayDeploy }: { mayDeploy: boolean } = { mayDeploy: true },
): Promise<void> {
  const actor = access.actor(credentials);
  const allowed =
    mayDeploy &&
    (await access.allows(
      credentials,
      run.pipelineRef,
      pipelineDeployPermission,
    ));
  await insertDeployDecision(db, {
    runId: run.id,
    userRef: actor.ref,
    allowed,
    // Of who may not deploy nobody asks.
    entityRefs: allowed ? [...(await actor.entityRefs())] : [],
    at: new Date().toISOString(),
  });
}
