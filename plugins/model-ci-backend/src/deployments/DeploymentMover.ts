import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listLeaving,
  type LeavingDeployment,
} from '../database/operations/deployments/listLeaving';
import { requestDeployment } from '../database/operations/deployments/requestDeployment';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { listCordons } from '../database/operations/nodes/listCordons';
import { transact } from '../database/transact';
import { chooseNode } from '../planning/chooseNode';
import { withinTime } from '../withinTime';
import { toTimestamp, type DeploymentContext } from './context';
import type { ConfiguredEnvironment } from './environments';

/** How long an executor has to list its nodes. */
const INVENTORY_TIMEOUT_MS = 30_000;
/** Deployments that one step looks at. */
const BATCH = 100;

/** A deployment that its node keeps, and why. */
export interface Staying {
  node: string;
  pipelineRef: string;
  version: number;
  environment: string;
  reason: Reason;
}

type Judged =
  | { type: 'moves'; leaving: LeavingDeployment }
  | { type: 'stays'; leaving: LeavingDeployment; reason: Reason };

/**
 * Moves what serves from nodes that are drained or lost: another deployment of the same version is requested where a
 * node has room for it, and takes over once it is healthy. Until then, and where there is no such node, the old one
 * serves on.
 */
export class DeploymentMover {
  constructor(
    private readonly ctx: DeploymentContext,
    private readonly options: {
      environments: ConfiguredEnvironment[];
      /** Nodes that nobody has reached since then are lost; undefined while that cannot be known. */
      lostBefore(): string | undefined;
    },
  ) {}

  /** A single step; answers how many deployments were requested. */
  async move(): Promise<number> {
    let moved = 0;
    for (const judged of await this.judgeAll()) {
      if (judged.type === 'moves' && (await this.request(judged.leaving))) {
        moved++;
      }
    }
    return moved;
  }

  /** What keeps nodes from being empty, and why. */
  async listStaying(): Promise<Staying[]> {
    return (await this.judgeAll()).map(judged => {
      const { row } = judged.leaving;
      return {
        node: row.node,
        pipelineRef: row.pipeline_ref,
        version: row.version,
        environment: row.environment,
        reason: judged.type === 'moves' ? reason('node.moves') : judged.reason,
      };
    });
  }

  private async judgeAll(): Promise<Judged[]> {
    const all = await listLeaving(this.ctx.db, {
      seenBefore: this.options.lostBefore(),
      limit: BATCH,
    });
    return await Promise.all(
      all.map(async (leaving): Promise<Judged> => {
        const why = await this.whyItStays(leaving);
        return why
          ? { type: 'stays', leaving, reason: why }
          : { type: 'moves', leaving };
      }),
    );
  }

  private async whyItStays(
    leaving: LeavingDeployment,
  ): Promise<Reason | undefined> {
    const { row, isFollowed, hasFailed } = leaving;
    const environment = this.options.environments.find(
      ({ name }) => name === row.environment,
    );
    if (isFollowed) {
      return reason('node.moves');
    }
    if (!environment) {
      return reason('node.environmentGone');
    }
    if (environment.node !== undefined) {
      return reason('node.environmentBound', {
        environment: environment.name,
        node: environment.node,
      });
    }
    return hasFailed
      ? reason('node.moveFailed')
      : await this.whyNowhere(leaving, environment);
  }

  private async whyNowhere(
    { row }: LeavingDeployment,
    { executor }: ConfiguredEnvironment,
  ): Promise<Reason | undefined> {
    const { db, executors } = this.ctx;
    const nodes = await withinTime(
      executors.get(executor)?.inventory() ?? Promise.resolve([]),
      INVENTORY_TIMEOUT_MS,
    ).catch(() => []);
    const choice = chooseNode({
      executor,
      // A lost one that answers again is no better place than before.
      nodes: (nodes ?? []).filter(({ name }) => name !== row.node),
      reserved: await sumReservedResources(db),
      cordons: await listCordons(db),
      request: {
        cpus: row.cpus,
        memoryBytes: Number(row.memory_bytes),
        gpus: row.gpus,
      },
    });
    return choice.type === 'waits' ? choice.reason : undefined;
  }

  /** False where somebody else was faster. */
  private async request({
    row,
    drainedBy,
  }: LeavingDeployment): Promise<boolean> {
    const { db, now, directory, onChange } = this.ctx;
    const { pipeline_ref: pipelineRef, environment, node } = row;
    const { executor } = this.options.environments.find(
      ({ name }) => name === environment,
    )!;
    try {
      const { id } = await transact(db, tx =>
        requestDeployment(tx, {
          pipelineRef,
          environment,
          version: row.version,
          trigger: 'automatic',
          createdBy: drainedBy ?? row.created_by,
          reason:
            drainedBy === undefined
              ? reason('deployment.nodeLost', { node })
              : reason('deployment.drained', { node }),
          executor,
          resources: {
            cpus: row.cpus,
            memoryBytes: Number(row.memory_bytes),
            gpus: row.gpus,
          },
          timeouts: {
            firstByteSeconds: toSeconds(row.first_byte_ms),
            silenceSeconds: toSeconds(row.silence_ms),
          },
          at: toTimestamp(now()),
        }),
      );
      directory.invalidate({ pipelineRef, environment });
      onChange({ type: 'deployment', pipelineRef, deploymentId: id });
      return true;
    } catch (error) {
      if (isConflict(error)) {
        return false;
      }
      throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return (
    isDatabaseConflictError(error) ||
    (isError(error) && error.name === 'ConflictError')
  );
}

function toSeconds(milliseconds: number | null): number | undefined {
  return milliseconds === null ? undefined : milliseconds / 1000;
}
