import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  type ComputeNode,
  type NodeCordon,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { countRunning } from '../database/operations/attempts/countRunning';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import {
  cordonNode,
  uncordonNode,
} from '../database/operations/nodes/cordonNode';
import { listNodeRows } from '../database/operations/nodes/listNodeRows';
import type { NodeRow } from '../database/tables/nodes';
import type { Kept } from '../deployments/DeploymentMover';
import type { Engine } from '../engine/Engine';
import type { PlacementNode } from '../planning/placement';
import { withReason } from '../withReason';

/** Looks that a replica may miss, and how long one of them may take, before what it lists counts as out of reach. */
const LOOKS = 3;
const LOOK_MS = 30_000;

/** What `nodes.info` holds. */
const infoSchema = z.object({
  labels: z.record(z.string(), z.string()),
  capacity: z.object({
    cpus: z.number(),
    memoryBytes: z.number(),
    gpus: z.number(),
  }),
});

export interface NodeServiceOptions {
  db: Knex;
  engine: Pick<Engine, 'nodes' | 'wakeNodes'>;
  /** What serves from nodes that are to be empty, and why it is still there. */
  kept(): Promise<Kept[]>;
  nodeLostAfterMs: number;
  /** Between two looks of a replica at its nodes. */
  inventoryIntervalMs: number;
  /** Milliseconds since 1970. */
  now(): number;
}

interface NodeOrder {
  by: string;
  reason: string;
}

/** The nodes of all executors, and what an administrator wants of them. Who may do it is for the caller to ask. */
export class NodeService {
  constructor(private readonly options: NodeServiceOptions) {}

  /**
   * What this replica lists, and what others have listed as long as something of it matters: it is cordoned, something
   * runs there, or it has not been away for so long that it counts as lost.
   */
  async list(): Promise<ComputeNode[]> {
    const { db, engine, kept } = this.options;
    const [rows, reserved, running, allKept] = await Promise.all([
      listNodeRows(db),
      sumReservedResources(db),
      countRunning(db),
      kept(),
    ]);
    const listed = engine.nodes.nodes();
    const names = new Set(listed.map(({ name }) => name));
    const others = [...rows.values()]
      .filter(({ name }) => !names.has(name))
      .filter(
        row =>
          row.cordoned_at !== null ||
          running.has(row.name) ||
          !this.isOverdue(row),
      )
      .map(row => this.fromRow(row));
    return [...listed, ...others].map(node => {
      const row = rows.get(node.name);
      const held = reserved.get(node.name);
      return {
        ...toComputeNode(node),
        reserved: {
          cpus: held?.cpus ?? 0,
          memoryBytes: held?.memoryBytes ?? 0,
          gpus: held?.gpus ?? 0,
        },
        running: running.get(node.name) ?? 0,
        ...(row && this.describe(row, node)),
        ...keepersOf(
          row,
          running.get(node.name) ?? 0,
          allKept.filter(own => own.node === node.name),
        ),
      };
    });
  }

  /** Has nothing new placed on it. Rejects with `NotFoundError`. */
  async cordon(name: string, order: NodeOrder): Promise<ComputeNode> {
    return await this.order(name, order);
  }

  /** As `cordon`, and has it empty. What runs may end; past the time given, it is killed and run elsewhere. */
  async drain(
    name: string,
    { timeoutSeconds, ...order }: NodeOrder & { timeoutSeconds?: number },
  ): Promise<ComputeNode> {
    const deadlineAt =
      timeoutSeconds === undefined
        ? undefined
        : new Date(this.options.now() + timeoutSeconds * 1000).toISOString();
    return await this.order(name, order, {
      ...(deadlineAt !== undefined && { deadlineAt }),
    });
  }

  /** Lets new work be placed on it again. Rejects with a `ConflictError` if it is not cordoned. */
  async uncordon(name: string): Promise<ComputeNode> {
    const { db, engine } = this.options;
    if (!(await uncordonNode(db, { name }))) {
      await this.get(name);
      throw withReason(
        ConflictError,
        reason('error.notCordoned', { node: name }),
      );
    }
    engine.wakeNodes();
    return await this.get(name);
  }

  private async order(
    name: string,
    order: NodeOrder,
    drain?: { deadlineAt?: string },
  ): Promise<ComputeNode> {
    const { db, engine, now } = this.options;
    const node = engine.nodes.nodes().find(listed => listed.name === name);
    const done = await cordonNode(db, {
      name,
      ...order,
      ...(node && { node }),
      ...(drain && { drain }),
      at: new Date(now()).toISOString(),
    });
    if (!done) {
      throw withReason(NotFoundError, reason('error.noNode', { node: name }));
    }
    engine.wakeNodes();
    return await this.get(name);
  }

  private async get(name: string): Promise<ComputeNode> {
    const node = (await this.list()).find(listed => listed.name === name);
    if (!node) {
      throw withReason(NotFoundError, reason('error.noNode', { node: name }));
    }
    return node;
  }

  private isOverdue({ seen_at }: NodeRow): boolean {
    const { nodeLostAfterMs, now } = this.options;
    return Date.parse(seen_at) < now() - nodeLostAfterMs;
  }

  private describe(
    row: NodeRow,
    { health }: Pick<PlacementNode, 'health'>,
  ): Pick<ComputeNode, 'cordon' | 'away'> {
    const cordon = toCordon(row);
    return {
      ...(cordon && { cordon }),
      ...(health !== 'healthy' && {
        away: {
          since: row.seen_at,
          isLost: row.scheduling === 'portal' && this.isOverdue(row),
        },
      }),
    };
  }

  /** A node that only other replicas list. It is as healthy as they have lately found it. */
  private fromRow(row: NodeRow): PlacementNode {
    const info = infoSchema.parse(JSON.parse(row.info));
    const { inventoryIntervalMs, now } = this.options;
    const lately = LOOKS * inventoryIntervalMs + LOOK_MS;
    const age = now() - Date.parse(row.seen_at);
    return {
      name: row.name,
      executor: row.executor,
      ...(row.scheduling === 'cluster' && { scheduling: row.scheduling }),
      ...info,
      health: age < lately ? 'healthy' : 'unreachable',
    };
  }
}

function toComputeNode(
  node: PlacementNode,
): Omit<ComputeNode, 'reserved' | 'running'> {
  const { name, executor, health, message, labels, capacity } = node;
  return {
    name,
    executor,
    health,
    message,
    labels,
    capacity,
    ...(node.scheduling === 'cluster' && {
      scheduling: node.scheduling,
      maxSubmitted: node.maxSubmitted,
    }),
  };
}

function toCordon(row: NodeRow): NodeCordon | undefined {
  const { cordoned_at: at, cordoned_by: by, cordon_reason: why } = row;
  if (at === null || by === null || why === null) {
    return undefined;
  }
  return {
    at,
    by,
    reason: why,
    ...(row.drained_at !== null && {
      drain: {
        ...(row.drain_deadline_at !== null && {
          deadlineAt: row.drain_deadline_at,
        }),
      },
    }),
  };
}

/** What a drained or lost node waits for before it is empty. */
function keepersOf(
  row: NodeRow | undefined,
  running: number,
  kept: Kept[],
): Pick<ComputeNode, 'keptBy'> {
  const drained = row !== undefined && row.drained_at !== null;
  const keptBy: Reason[] = [
    ...(drained && running > 0
      ? [reason('node.keepsAttempts', { count: running })]
      : []),
    ...kept.map(({ version, pipelineRef, environment, reason: why }) =>
      reason('node.keepsDeployment', {
        version,
        pipeline: pipelineRef,
        environment,
        reason: why,
      }),
    ),
  ];
  return drained || keptBy.length > 0 ? { keptBy } : {};
}
