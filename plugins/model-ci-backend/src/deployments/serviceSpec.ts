import { InputError } from '@backstage/errors';
import {
  parseStoredDefinition,
  type ServingDefinition,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ServiceSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { listArtifacts } from '../database/operations/artifacts/listArtifacts';
import { readVersionSource } from '../database/operations/deployments/readVersionSource';
import { nameOfBuiltImage, parseBuiltImage } from '../database/storedImage';
import { readGpuIds } from '../database/gpuIds';
import type { DeploymentRow } from '../database/tables/deployments';
import type { DeploymentContext } from './context';
import { withReason } from '../withReason';

/** How a version is served, without the parts that differ from start to start. */
export interface ServicePlan {
  serving: ServingDefinition;
  commit: string | undefined;
  /** The run that made the version. */
  runId: string;
  /** Digests of tar archives that make up the workspace, source first, then the artifacts in the order of their stages. */
  archives: string[];
}

/** Reads how a version is served. It never changes, so one look is enough. */
export async function readServicePlan(
  ctx: DeploymentContext,
  row: Pick<DeploymentRow, 'pipeline_ref' | 'version'>,
): Promise<ServicePlan> {
  const source = await readVersionSource(ctx.db, row.pipeline_ref, row.version);
  const serving =
    source?.definition && parseStoredDefinition(source.definition).serving;
  if (!source?.source_digest || !serving) {
    throw withReason(
      InputError,
      reason('error.cannotServe', {
        version: row.version,
        pipeline: row.pipeline_ref,
      }),
    );
  }
  const artifacts = await listArtifacts(ctx.db, {
    runIds: [source.run_id],
    goingOn: true,
  });
  return {
    serving,
    commit: source.commit ?? undefined,
    runId: source.run_id,
    archives: [source.source_digest, ...artifacts.map(({ digest }) => digest)],
  };
}

/** The order to an executor for one start; the same for each repetition of it. */
export function buildServiceSpec(
  ctx: DeploymentContext,
  row: DeploymentRow & { service_id: string; node: string },
  plan: ServicePlan,
  secrets: Record<string, string>,
): ServiceSpec {
  const { serving } = plan;
  const { signDownload: sign } = ctx;
  const gpuIds = readGpuIds(row.gpu_ids);
  const image = parseBuiltImage(row.image);
  return {
    serviceId: row.service_id,
    deploymentId: row.id,
    pipelineRef: row.pipeline_ref,
    version: row.version,
    environment: row.environment,
    node: row.node,
    script: serving.run,
    ...(image
      ? { image: nameOfBuiltImage(image), imageIsBuilt: true }
      : { image: serving.image }),
    port: serving.port,
    env: {
      ...serving.env,
      MODEL_CI_PIPELINE: row.pipeline_ref,
      MODEL_CI_VERSION: String(row.version),
      MODEL_CI_ENVIRONMENT: row.environment,
      MODEL_CI_DEPLOYMENT_ID: row.id,
      ...(plan.commit ? { MODEL_CI_COMMIT: plan.commit } : {}),
    },
    ...(serving.secrets.length > 0 && { secrets }),
    resources: { ...serving.resources, ...(gpuIds && { gpuIds }) },
    ...(serving.options?.[row.executor] && {
      options: serving.options[row.executor],
    }),
    workspace: plan.archives.map(digest => ({
      path: '.',
      digest,
      open: () => ctx.artifactStore.open(digest),
      ...(sign && {
        signUrl: () =>
          sign({ deploymentId: row.id, serviceId: row.service_id, digest }),
      }),
    })),
    health: serving.health,
    startupSeconds: serving.startupSeconds,
    replicas: serving.replicas,
    ...(serving.autoscale && { autoscale: serving.autoscale }),
  };
}
