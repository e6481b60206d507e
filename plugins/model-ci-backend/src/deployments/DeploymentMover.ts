import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import {
  reason,
  type NodeResources,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import {
  listToMove,
  type DeploymentToMove,
} from '../database/operations/deployments/listToMove';
import { requestDeployment } from '../database/operations/deployments/requestDeployment';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { listCordons } from '../database/operations/nodes/listCordons';
import { transact } from '../database/transact';
import { parseBuiltImage } from '../database/storedImage';
import { describeError } from '../describeError';
import { placeInTurn } from '../planning/placeInTurn';
import { withinTime } from '../withinTime';
import { toTimestamp, type DeploymentContext } from './context';
import { imageNodeOf } from './imageNodeOf';
import type { ConfiguredEnvironment } from './environments';

/** How long an executor has to list its nodes. */
const INVENTORY_TIMEOUT_MS = 30_000;
/** Deployments that one query reads. */
const PAGE = 100;

/** A deployment that its node keeps, and why. */
export interface Kept {
  node: string;
  pipelineRef: string;
  version: number;
  environment: string;
  reason: Reason;
}

type Finding =
  | { type: 'moves'; service: DeploymentToMove; executor: string }
  | { type: 'stays'; service: DeploymentToMove; reason: Reason };

/** Nodes by executor, or why they cannot be listed. */
type Inventories = ReadonlyMap<string, NodeInfo[] | Reason>;

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
    for (const finding of await this.findPlaces()) {
      if (finding.type === 'moves' && (await this.request(finding))) {
        moved++;
      }
    }
    return moved;
  }

  /** What keeps nodes from being empty, and why. */
  async listKept(): Promise<Kept[]> {
    return (await this.findPlaces()).map(finding => {
      const { row } = finding.service;
      return {
        node: row.node,
        pipelineRef: row.pipeline_ref,
        version: row.version,
        environment: row.environment,
        reason:
          finding.type === 'moves' ? reason('node.moves') : finding.reason,
      };
    });
  }

  /** In turn, so that none is given the room of one before it, and with one look at what there is. */
  private async findPlaces(): Promise<Finding[]> {
    const { db } = this.ctx;
    const all = await this.listAll();
    if (all.length === 0) {
      return [];
    }
    const place = placeInTurn({
      reserved: await sumReservedResources(db),
      cordons: await listCordons(db),
    });
    const inventories = await this.readInventories(all);
    const whyNowhere = (executor: string, { row }: DeploymentToMove) => {
      const nodes = inventories.get(executor) ?? [];
      if (!Array.isArray(nodes)) {
        return nodes;
      }
      const placed = place(executor, nodes, {
        ...resourcesOf(row),
        ...imageNodeOf(this.ctx, row),
      });
      return placed.type === 'waits' ? placed.reason : undefined;
    };
    return all.map(service => this.find(service, whyNowhere));
  }

  private async listAll(): Promise<DeploymentToMove[]> {
    const seenBefore = this.options.lostBefore();
    const all: DeploymentToMove[] = [];
    for (let page; page === undefined || page.length === PAGE; ) {
      const after = all.at(-1)?.row;
      page = await listToMove(this.ctx.db, {
        ...{ seenBefore, limit: PAGE },
        ...(after && { after }),
      });
      all.push(...page);
    }
    return all;
  }

  /** Without the nodes that are left: a lost one that answers again is no better place than before. */
  private async readInventories(all: DeploymentToMove[]): Promise<Inventories> {
    const left = new Set(all.map(({ row }) => row.node));
    const wanted = new Set(
      all.flatMap(({ row }) => this.environment(row)?.executor ?? []),
    );
    const entries = [...wanted].map(async executor => {
      const nodes = await this.readInventory(executor);
      return [
        executor,
        Array.isArray(nodes)
          ? nodes.filter(({ name }) => !left.has(name))
          : nodes,
      ] as const;
    });
    return new Map(await Promise.all(entries));
  }

  private async readInventory(executor: string): Promise<NodeInfo[] | Reason> {
    const asked = this.ctx.executors.get(executor)?.inventory();
    const unreachable = (message: string) =>
      reason('placement.unreachable', { executor, message });
    try {
      const nodes = await withinTime(
        asked ?? Promise.resolve([]),
        INVENTORY_TIMEOUT_MS,
      );
      return nodes ?? unreachable('no answer');
    } catch (error) {
      return unreachable(describeError(error));
    }
  }

  private environment(
    row: Pick<DeploymentToMove['row'], 'environment'>,
  ): ConfiguredEnvironment | undefined {
    return this.options.environments.find(
      ({ name }) => name === row.environment,
    );
  }

  private find(
    service: DeploymentToMove,
    whyNowhere: (
      executor: string,
      service: DeploymentToMove,
    ) => Reason | undefined,
  ): Finding {
    const environment = this.environment(service.row);
    const stays = (why: Reason): Finding => ({
      ...{ type: 'stays', service, reason: why },
    });
    if (!environment) {
      return stays(reason('node.environmentGone'));
    }
    const { name, node, executor } = environment;
    if (service.followedBy !== undefined) {
      if (service.followedBy === 'queued') {
        // It has no node yet, and those behind it leave it its room.
        whyNowhere(executor, service);
      }
      return stays(reason('node.moves'));
    }
    if (node !== undefined) {
      return stays(
        reason('node.environmentBound', { environment: name, node }),
      );
    }
    const why = service.hasFailed
      ? reason('node.moveFailed')
      : whyNowhere(executor, service);
    return why ? stays(why) : { type: 'moves', service, executor };
  }

  /** False where somebody else was faster. */
  private async request({
    service: { row, drainedBy },
    executor,
  }: Extract<Finding, { type: 'moves' }>): Promise<boolean> {
    const { db, now, directory, onChange } = this.ctx;
    const { pipeline_ref: pipelineRef, environment, node } = row;
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
          resources: resourcesOf(row),
          ...(row.image !== null && { image: parseBuiltImage(row.image) }),
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

function resourcesOf(row: DeploymentToMove['row']): NodeResources {
  const { cpus, gpus } = row;
  return { cpus, memoryBytes: Number(row.memory_bytes), gpus };
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
