import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { countAhead } from '../database/operations/attempts/countAhead';
import { listDemands } from '../database/operations/attempts/listDemands';
import { byPlace, listHeads } from '../database/operations/attempts/listHeads';
import type { QueuedAttempt } from '../database/operations/attempts/listQueue';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { listCordons } from '../database/operations/nodes/listCordons';
import type { NodeRegistry } from '../engine/NodeRegistry';
import { Placement } from '../planning/placement';

/** Demands that are looked at; more of them at once differ in nothing that matters to a reader. */
const MAX_DEMANDS = 50;
/** Nobody cares whether a thousand or more are ahead. */
const MAX_AHEAD = 1000;

/** What this process has room for. */
export interface EngineLoad {
  nodes: Pick<NodeRegistry, 'executors' | 'nodes'>;
  /** How many attempts it may hold, where it takes on no new ones because of that. */
  fullWith?: number;
}

export interface ExplainedAttempt extends QueuedAttempt {
  reason: Reason;
  ahead: number;
}

/**
 * Why some attempts wait, such as those of one run or one page of the queue, in the order in which they came. Nothing is
 * stored, so the reasons are as true as the nodes' last answer. Of those ahead only the oldest of each demand are
 * read, and the others counted, so that a long queue costs no more than a short one.
 */
export async function explainAttempts(
  db: Knex,
  { nodes, fullWith }: EngineLoad,
  attempts: QueuedAttempt[],
): Promise<ExplainedAttempt[]> {
  const waiting = [...attempts].sort(byPlace);
  const [before] = waiting;
  if (!before) {
    return [];
  }
  const demands = await listDemands(db, { limit: MAX_DEMANDS });
  const heads = await listHeads(db, { demands, perDemand: 1 });
  const ahead = await countAhead(db, { demands, before, max: MAX_AHEAD });
  const placement = new Placement(
    nodes.executors(),
    nodes.nodes(),
    await sumReservedResources(db),
    await listCordons(db),
  );
  for (const { demand, demandKey } of heads) {
    if (demand) {
      placement.placeMany(demand, ahead.get(demandKey) ?? 0);
    }
  }
  return waiting.map(attempt => explainPlaced(attempt, placement, fullWith));
}

/** What the next claim would find, where all before were placed. */
function explainPlaced(
  attempt: QueuedAttempt,
  placement: Placement,
  fullWith: number | undefined,
): ExplainedAttempt {
  if (!attempt.demand) {
    return { ...attempt, reason: reason('placement.unreadable'), ahead: 0 };
  }
  const placed = placement.place(attempt.demand);
  return placed.type === 'waits'
    ? { ...attempt, reason: placed.reason, ahead: placed.ahead }
    : {
        ...attempt,
        reason:
          fullWith === undefined
            ? reason('placement.starting', { node: placed.node })
            : reason('placement.backendFull', {
                node: placed.node,
                count: fullWith,
              }),
        ahead: 0,
      };
}
