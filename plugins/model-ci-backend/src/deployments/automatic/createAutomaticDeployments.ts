import type { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, NotAllowedError } from '@backstage/errors';
import {
  parseStoredDefinition,
  type Deployment,
  quoted,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { hasAutomaticDeployment } from '../../database/operations/deployments/hasAutomaticDeployment';
import { readVersionOfRun } from '../../database/operations/deployments/readVersionOfRun';
import { readVersionSource } from '../../database/operations/deployments/readVersionSource';
import { reasonOf } from '../../withReason';
import type { DeploymentContext } from '../context';
import type { DeploymentService } from '../DeploymentService';
import type { ConfiguredEnvironment } from '../environments';
import type { Actor } from '../protection';

/** Whether a user may deploy, found without the user's being there. */
export type DeployRight =
  | { type: 'allowed'; actor: Actor }
  | { type: 'refused'; reason: Reason };

export interface AutomaticDeploymentsOptions {
  context: DeploymentContext;
  service: DeploymentService;
  environments: ConfiguredEnvironment[];
  auditor: AuditorService;
  /** For whom a run's version is deployed. Rejects while it cannot be known. */
  findRight(run: {
    id: string;
    pipelineRef: string;
    createdBy: string;
  }): Promise<DeployRight>;
}

/** Deploys the version of a run that succeeded to where its definition says. */
export type AutomaticDeployments = (run: {
  id: string;
  pipelineRef: string;
}) => Promise<Deployment[]>;

interface Target {
  pipelineRef: string;
  version: number;
  environment: string;
}

/**
 * Deploys the version that a run registered to the environments that its definition names under `deploy.automatic`,
 * in the name of whoever pushed or started the run, and with no more than that user's rights. Safe to repeat: rejects
 * if something could not be decided now.
 */
export function createAutomaticDeployments(
  options: AutomaticDeploymentsOptions,
): AutomaticDeployments {
  const { context, environments } = options;
  return async run => {
    const registered = await readVersionOfRun(context.db, run.id);
    const source =
      registered &&
      (await readVersionSource(
        context.db,
        registered.pipelineRef,
        registered.version,
      ));
    if (!registered || !source?.definition) {
      return [];
    }
    const { automatic } = parseStoredDefinition(source.definition).deploy;
    const by = { ...run, createdBy: source.created_by };
    const known = automatic.filter(name =>
      environments.some(environment => environment.name === name),
    );
    const results = await Promise.allSettled(
      known.map(environment =>
        deployTo({ ...registered, environment }, by, options),
      ),
    );
    // One environment that fails does not keep the version from the others.
    const failed = results.find(result => result.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
    return results.flatMap(result =>
      result.status === 'fulfilled' && result.value ? [result.value] : [],
    );
  };
}

async function deployTo(
  target: Target,
  run: { id: string; pipelineRef: string; createdBy: string },
  options: AutomaticDeploymentsOptions,
): Promise<Deployment | undefined> {
  const { context, service } = options;
  if (await hasAutomaticDeployment(context.db, target)) {
    return undefined;
  }
  const right = await options.findRight(run);
  if (right.type === 'refused') {
    await recordRefusal(target, run, { ...options, reason: right.reason });
    return undefined;
  }
  const refusal = await findRefusal(service, target, right.actor);
  if (refusal) {
    await recordRefusal(target, run, { ...options, reason: refusal });
    return undefined;
  }
  const deployment = await service.deploy({
    ...target,
    trigger: 'automatic',
    by: right.actor,
  });
  const record = await createRecord(options.auditor, target, run);
  await record.success({ meta: { deploymentId: deployment.id } });
  return deployment;
}

async function findRefusal(
  service: DeploymentService,
  target: Target,
  by: Actor,
): Promise<Reason | undefined> {
  try {
    await service.check({ ...target, by });
    return undefined;
  } catch (error) {
    if (NotAllowedError.is(error) || ConflictError.is(error)) {
      return reasonOf(error) ?? quoted(error.message);
    }
    throw error;
  }
}

async function recordRefusal(
  target: Target,
  run: { id: string; createdBy: string },
  {
    service,
    auditor,
    reason,
  }: AutomaticDeploymentsOptions & { reason: Reason },
): Promise<void> {
  const { id } = await service.recordRefusal({
    ...target,
    createdBy: run.createdBy,
    reason,
  });
  const record = await createRecord(auditor, target, run);
  await record.fail({
    meta: { deploymentId: id },
    error: new NotAllowedError(reason.text),
  });
}

function createRecord(
  auditor: AuditorService,
  target: Target,
  run: { id: string; createdBy: string },
) {
  return auditor.createEvent({
    eventId: 'deployment-automatic',
    severityLevel: 'medium',
    meta: { ...target, runId: run.id, by: run.createdBy },
  });
}
