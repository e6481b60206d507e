import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listQueue,
  type QueuedAttempt,
} from '../database/operations/attempts/listQueue';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import type { NodeRegistry } from '../engine/NodeRegistry';
import { Placement } from '../planning/placement';

/** Attempts that are looked at; nobody reads on behind the thousandth place. */
const MAX_QUEUE = 1000;

export interface ExplainedAttempt extends QueuedAttempt {
  reason: Reason;
  ahead: number;
}

/**
 * Why each waiting attempt waits, in the order of the queue: what the next claim would find. Nothing is
 * stored, so the reasons are as true as the nodes' last answer.
 */
export async function explainQueue(
  db: Knex,
  nodes: Pick<NodeRegistry, 'executors' | 'nodes'>,
): Promise<ExplainedAttempt[]> {
  const queue = await listQueue(db, { limit: MAX_QUEUE });
  if (queue.length === 0) {
    return [];
  }
  const placement = new Placement(
    nodes.executors(),
    nodes.nodes(),
    await sumReservedResources(db),
  );
  return queue.map(attempt => explainPlaced(attempt, placement));
}

/** What the next claim would find, where all before were placed. */
export function explainPlaced(
  attempt: QueuedAttempt,
  placement: Placement,
): ExplainedAttempt {
  if (!attempt.demand) {
    return { ...attempt, reason: reason('placement.unreadable'), ahead: 0 };
  }
  const placed = placement.place(attempt.demand);
  return placed.type === 'waits'
    ? { ...attempt, reason: placed.reason, ahead: placed.ahead }
    : {
        ...attempt,
        reason: reason('placement.starting', { node: placed.node }),
        ahead: 0,
      };
}
