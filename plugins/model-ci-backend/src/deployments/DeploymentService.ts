import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  parseStoredDefinition,
  type BuiltImage,
  type Deployment,
  type DeploymentDetail,
  type Environment,
  type Page,
  type PipelineSummary,
  type Reason,
  reason,
  type ServingDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { insertRefusedDeployment } from '../database/operations/deployments/insertRefusedDeployment';
import { listDeploymentChanges } from '../database/operations/deployments/listChanges';
import { listDeployed } from '../database/operations/deployments/listDeployed';
import { listDeployments } from '../database/operations/deployments/listDeployments';
import { readDeployment } from '../database/operations/deployments/readDeployment';
import { readVersionSource } from '../database/operations/deployments/readVersionSource';
import { requestDeployment } from '../database/operations/deployments/requestDeployment';
import { stopDeployment } from '../database/operations/deployments/stopDeployment';
import { listBuiltImages } from '../database/operations/stages/listBuiltImages';
import type { DeploymentRow } from '../database/tables/deployments';
import { listCursor } from '../database/cursor';
import { transact } from '../database/transact';
import { toTimestamp, type DeploymentContext } from './context';
import type { DeploymentMover, Kept } from './DeploymentMover';
import type { ConfiguredEnvironment } from './environments';
import { type Actor, findProtectionRefusal } from './protection';
import {
  findServiceHost,
  missingHost,
  parseHandle,
  readLogEnd,
} from './serviceHost';
import { toDeployment } from './toDeployment';
import { readReason } from '../database/storedReason';
import { withReason } from '../withReason';
import { withinTime } from '../withinTime';
import { statusWord } from '../statusWord';

/** Entries of a deployment's history that are answered. */
const HISTORY_LIMIT = 200;
const position = listCursor(
  'deployments',
  z.tuple([z.iso.datetime(), z.string().max(64)]),
);
/** Two requests for one environment at the same moment: the later one sees the earlier one when it is repeated. */
const REQUEST_TRIES = 5;

export interface DeploymentServiceOptions {
  context: DeploymentContext;
  environments: ConfiguredEnvironment[];
  mover: Pick<DeploymentMover, 'listKept'>;
  /** Called when there is something new for the loop to do. */
  wake(): void;
}

interface DeployInput {
  pipelineRef: string;
  version: number;
  environment: string;
  comment?: string;
  by: Actor;
}

/**
 * Puts versions into environments and shows what is where. The permission is the caller's to ask for; what protects
 * an environment is seen to here.
 */
export class DeploymentService {
  private readonly ctx: DeploymentContext;

  constructor(private readonly options: DeploymentServiceOptions) {
    this.ctx = options.context;
  }

  /** The environments of app-config, in its order; an optional one only while its executor has a node for it. */
  async environments(): Promise<Environment[]> {
    const offered = await Promise.all(
      this.options.environments.map(
        async ({ optional, protection: _, ...environment }) =>
          !optional || (await this.hasNode(environment)) ? [environment] : [],
      ),
    );
    return offered.flat();
  }

  private async hasNode({
    executor,
    node,
  }: Pick<ConfiguredEnvironment, 'executor' | 'node'>): Promise<boolean> {
    const nodes = await this.ctx.executors.get(executor)?.inventory();
    return (nodes ?? []).some(
      ({ name }) => node === undefined || name === node,
    );
  }

  /** Queues a deployment of a version. What serves now goes on until the new one is healthy. */
  async deploy(
    input: DeployInput & { trigger: 'manual' | 'automatic' },
  ): Promise<Deployment> {
    return this.request(input);
  }

  /** Returns to an earlier deployment of the same pipeline and environment: a new deployment of its version. */
  async rollback(
    deploymentId: string,
    options: { comment?: string; by: Actor },
  ): Promise<Deployment> {
    const earlier = await this.read(deploymentId);
    if (earlier.status === 'serving') {
      throw withReason(
        ConflictError,
        reason('error.servesAlready', { deployment: earlier.id }),
      );
    }
    if (!earlier.serving_at) {
      throw withReason(
        ConflictError,
        reason('error.neverServed', {
          deployment: earlier.id,
          status: statusWord(earlier.status),
          version: earlier.version,
        }),
      );
    }
    return this.request({
      pipelineRef: earlier.pipeline_ref,
      version: earlier.version,
      environment: earlier.environment,
      trigger: 'rollback',
      rollbackOf: earlier.id,
      comment: options.comment,
      by: options.by,
    });
  }

  /** Takes a deployment out of service, or off its way there. */
  async stop(deploymentId: string, by: Actor): Promise<Deployment> {
    const { pipeline_ref, environment, version } = await this.read(
      deploymentId,
    );
    const source = await readVersionSource(this.ctx.db, pipeline_ref, version);
    await this.demandDeployer(environment, {
      actor: by,
      pipelineRef: pipeline_ref,
      branch: source?.branch ?? null,
    });
    const stopped = await transact(this.ctx.db, tx =>
      stopDeployment(tx, {
        id: deploymentId,
        by: by.ref,
        at: toTimestamp(this.ctx.now()),
      }),
    );
    this.announce(stopped.pipeline_ref, stopped.environment, [stopped.id]);
    return toDeployment(await this.read(deploymentId));
  }

  /** Rejects with what `deploy` would be refused for. */
  async check(input: DeployInput): Promise<void> {
    await this.readDeployable(input, this.findEnvironment(input.environment));
  }

  /** Records a deployment that was asked for and is not made, where people look for it. */
  async recordRefusal(
    input: Omit<DeployInput, 'by'> & { createdBy: string; reason: Reason },
  ): Promise<Deployment> {
    const { executor } = this.findEnvironment(input.environment);
    const id = await transact(this.ctx.db, tx =>
      insertRefusedDeployment(tx, {
        ...input,
        executor,
        at: toTimestamp(this.ctx.now()),
      }),
    );
    this.announce(input.pipelineRef, input.environment, [id]);
    return toDeployment(await this.read(id));
  }

  /** Deployments, newest first. */
  async list(query: {
    pipelineRefs?: string[];
    ownerRefs?: string[];
    q?: string;
    environment?: string;
    cursor?: string;
    limit: number;
  }): Promise<Page<Deployment>> {
    const { cursor, limit, ...filter } = query;
    const rows = await listDeployments(this.ctx.db, {
      ...filter,
      after: cursor === undefined ? undefined : readPosition(cursor),
      limit: limit + 1,
    });
    const items = rows.slice(0, limit).map(toDeployment);
    const last = items[items.length - 1];
    return {
      items,
      nextCursor:
        rows.length > limit
          ? position.encode([last.createdAt, last.id])
          : undefined,
    };
  }

  /** One deployment with its history and the end of its service's log. */
  async get(deploymentId: string): Promise<DeploymentDetail> {
    const row = await this.read(deploymentId);
    const changes = await listDeploymentChanges(
      this.ctx.db,
      row.id,
      HISTORY_LIMIT,
    );
    return {
      ...toDeployment(row),
      serving: await this.readInterface(row),
      history: changes.map(change => ({
        at: change.at,
        from: change.from_status ?? undefined,
        to: change.to_status,
        by: change.changed_by ?? undefined,
        reason: readReason(change.reason),
      })),
      log: await this.readLog(row),
    };
  }

  /** What serves where, for many pipelines in one query. */
  async deployed(
    pipelineRefs: string[],
  ): Promise<Map<string, PipelineSummary['deployed']>> {
    const deployed = new Map<string, PipelineSummary['deployed']>(
      pipelineRefs.map(ref => [ref, []]),
    );
    for (const row of await listDeployed(this.ctx.db, pipelineRefs)) {
      deployed.get(row.pipeline_ref)?.push({
        environment: row.environment,
        version: row.version,
        deploymentId: row.id,
        health: row.health,
      });
    }
    return deployed;
  }

  /** What keeps nodes that are drained or lost from being empty, and why. */
  async kept(): Promise<Kept[]> {
    return await this.options.mover.listKept();
  }

  private async read(id: string): Promise<DeploymentRow> {
    const row = await readDeployment(this.ctx.db, id);
    if (!row) {
      throw withReason(
        NotFoundError,
        reason('error.noDeployment', { deployment: id }),
      );
    }
    return row;
  }

  /** A definition that cannot be read keeps nobody from looking at the deployment. */
  private async readInterface({
    pipeline_ref,
    version,
  }: DeploymentRow): Promise<DeploymentDetail['serving']> {
    const source = await readVersionSource(this.ctx.db, pipeline_ref, version);
    try {
      const { serving } = parseStoredDefinition(source?.definition ?? '{}');
      return {
        ...(serving?.api && { api: serving.api }),
        ...(serving?.example !== undefined && { example: serving.example }),
      };
    } catch {
      return {};
    }
  }

  /** From the service itself while it is there, otherwise what was kept of it. */
  private async readLog(row: DeploymentRow): Promise<string> {
    const host = findServiceHost(this.ctx, row);
    const live =
      host && row.handle && !row.stop_handle_done_at
        ? await withinTime(
            readLogEnd(
              host,
              parseHandle(row.handle),
              this.ctx.settings.logBytes,
            ),
            this.ctx.settings.healthTimeout,
          )
        : undefined;
    return live || (row.last_log ?? '');
  }

  private async request(
    input: DeployInput & {
      trigger: Deployment['trigger'];
      rollbackOf?: string;
    },
  ): Promise<Deployment> {
    const environment = this.findEnvironment(input.environment);
    const { serving, image } = await this.readDeployable(input, environment);
    const { by, ...what } = input;
    for (let attempt = 1; ; attempt++) {
      try {
        const { id, stopped } = await transact(this.ctx.db, tx =>
          requestDeployment(tx, {
            ...what,
            createdBy: by.ref,
            executor: environment.executor,
            node: environment.node,
            resources: {
              cpus: serving.resources.cpus ?? 0,
              memoryBytes: serving.resources.memoryBytes ?? 0,
              gpus: serving.resources.gpus ?? 0,
            },
            ...(image && { image }),
            timeouts: serving.timeouts,
            at: toTimestamp(this.ctx.now()),
          }),
        );
        this.announce(input.pipelineRef, input.environment, [...stopped, id]);
        return toDeployment(await this.read(id));
      } catch (error) {
        if (!isDatabaseConflictError(error) || attempt === REQUEST_TRIES) {
          throw error;
        }
      }
    }
  }

  private findEnvironment(name: string): ConfiguredEnvironment {
    const environment = this.options.environments.find(
      configured => configured.name === name,
    );
    if (!environment) {
      const known = this.options.environments.map(({ name: other }) => other);
      throw invalidRequest(
        'body',
        'environment',
        known.length > 0
          ? `must be one of app-config's: ${known.join(', ')}`
          : 'app-config has none; add one to modelCi.environments',
      );
    }
    if (!findServiceHost(this.ctx, environment)) {
      throw withReason(
        ConflictError,
        reason('deployment.impossible', {
          environment: name,
          reason: missingHost(environment.executor),
        }),
      );
    }
    return environment;
  }

  private async readDeployable(
    input: DeployInput,
    environment: ConfiguredEnvironment,
  ): Promise<{ serving: ServingDefinition; image?: BuiltImage }> {
    const { pipelineRef, version } = input;
    const source = await readVersionSource(this.ctx.db, pipelineRef, version);
    if (!source) {
      throw withReason(
        NotFoundError,
        reason('error.noVersion', { pipeline: pipelineRef, version }),
      );
    }
    const definition =
      source.definition === null
        ? undefined
        : parseStoredDefinition(source.definition);
    const subject = { version, pipeline: pipelineRef };
    await this.demandDeployer(input.environment, {
      actor: input.by,
      pipelineRef,
      branch: source.branch,
    });
    if (!definition?.serving || !source.source_digest) {
      throw withReason(
        ConflictError,
        reason('deployment.notServable', subject),
      );
    }
    const { path } = definition.deploy;
    if (path.length > 0 && !path.includes(input.environment)) {
      throw withReason(
        ConflictError,
        reason('deployment.notInPath', {
          ...subject,
          environments: path,
          environment: input.environment,
        }),
      );
    }
    if (
      this.ctx.executors.get(environment.executor)?.needsImage &&
      !definition.serving.image &&
      definition.serving.imageFrom === undefined
    ) {
      throw withReason(
        ConflictError,
        reason('deployment.noImage', {
          ...subject,
          environment: input.environment,
        }),
      );
    }
    const { serving } = definition;
    if (
      (serving.replicas > 1 || serving.autoscale) &&
      !findServiceHost(this.ctx, environment)?.scales
    ) {
      throw withReason(
        ConflictError,
        reason('deployment.noReplicas', {
          ...subject,
          environment: input.environment,
          executor: environment.executor,
        }),
      );
    }
    const image = await this.findImage(source.run_id, serving);
    return { serving, ...(image && { image }) };
  }

  private async findImage(
    runId: string,
    { imageFrom }: ServingDefinition,
  ): Promise<BuiltImage | undefined> {
    if (imageFrom === undefined) {
      return undefined;
    }
    const images = await listBuiltImages(this.ctx.db, { runIds: [runId] });
    const image = images.get(runId)?.get(imageFrom);
    if (!image) {
      throw withReason(
        ConflictError,
        reason('image.missing', { stage: imageFrom }),
      );
    }
    return image;
  }

  private async demandDeployer(
    name: string,
    what: { actor: Actor; pipelineRef: string; branch: string | null },
  ): Promise<void> {
    // One that app-config no longer has protects nothing any more.
    const environment = this.options.environments.find(
      configured => configured.name === name,
    );
    const refusal =
      environment && (await findProtectionRefusal(environment, what));
    if (refusal) {
      throw withReason(NotAllowedError, refusal);
    }
  }

  private announce(
    pipelineRef: string,
    environment: string,
    deploymentIds: string[],
  ): void {
    this.ctx.directory.invalidate({ pipelineRef, environment });
    for (const deploymentId of deploymentIds) {
      this.ctx.onChange({ type: 'deployment', pipelineRef, deploymentId });
    }
    this.options.wake();
  }
}

function readPosition(cursor: string): { createdAt: string; id: string } {
  const [createdAt, id] = position.decode(cursor);
  return { createdAt, id };
}
