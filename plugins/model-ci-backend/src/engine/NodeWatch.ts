import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import {
  listLostAttempts,
  type LostAttempt,
} from '../database/operations/nodes/listLostAttempts';
import { recordSightings } from '../database/operations/nodes/recordSightings';
import { requestEvictions } from '../database/operations/nodes/requestEvictions';
import type { AdvanceContext } from '../database/operations/runs/advanceRun';
import type { AttemptWrites } from './AttemptWrites';
import { findStage } from './loadAttempt';
import type { NodeRegistry } from './NodeRegistry';
import { stackOf } from './retry';
import { Watching } from './Watching';

/** Attempts that one look ends; the next one goes on. */
const MAX_LOST = 100;

export interface NodeWatchOptions {
  db: Knex;
  logger: LoggerService;
  nodes: Pick<NodeRegistry, 'nodes' | 'refresh'>;
  writes: Pick<AttemptWrites, 'finishAttempt'>;
  context: Pick<AdvanceContext, 'findRunContent'>;
  config: { nodeLostAfterMs: number };
  /** Milliseconds since 1970. */
  now(): number;
  /** Called when attempts are to be killed to have their node empty. */
  onEvictions(): void;
}

/**
 * Notes which nodes this replica reaches, has drained nodes emptied when their time is over, and ends what runs on nodes
 * that no replica has reached for too long: the stages run again elsewhere, as far as their `retry.platform` allows. What
 * such a node still has of them is removed once it is back.
 */
export class NodeWatch {
  private readonly watching: Watching;

  constructor(private readonly options: NodeWatchOptions) {
    this.watching = new Watching(options.config.nodeLostAfterMs / 3);
  }

  /** A single look; answers how many nodes there are here. */
  async look(): Promise<number> {
    const { db, nodes, now, onEvictions } = this.options;
    const began = now();
    try {
      await nodes.refresh();
      const at = new Date(now()).toISOString();
      const listed = nodes.nodes();
      await recordSightings(db, { nodes: listed, at });
      this.watching.note(began, now());
      if ((await requestEvictions(db, { at })) > 0) {
        onEvictions();
      }
      await this.loseAttempts();
      return listed.length;
    } catch (error) {
      this.watching.interrupt();
      throw error;
    }
  }

  /**
   * Nodes that nobody has reached since then are lost. Undefined while this replica has not looked for so long itself: it
   * cannot know who was away.
   */
  lostBefore(): string | undefined {
    const { config, now } = this.options;
    const time = now();
    return this.watching.lasted(time) < config.nodeLostAfterMs
      ? undefined
      : new Date(time - config.nodeLostAfterMs).toISOString();
  }

  private async loseAttempts(): Promise<void> {
    const { db } = this.options;
    const seenBefore = this.lostBefore();
    if (seenBefore === undefined) {
      return;
    }
    const lost = await listLostAttempts(db, { seenBefore, limit: MAX_LOST });
    await Promise.all(lost.map(attempt => this.lose(attempt)));
  }

  /** Ends it under the ticket of its holder, who then lets go of it. One that cannot be ended keeps back none of the others. */
  private async lose(attempt: LostAttempt): Promise<void> {
    const { db, logger, writes, context } = this.options;
    const { id: attemptId, run_id: runId, ticket, node } = attempt;
    try {
      const stage = findStage(await context.findRunContent(db, runId), attempt);
      if (!stage) {
        throw new Error('its definition cannot be read');
      }
      logger.warn(`Attempt ${attemptId} is lost with its node ${node}`);
      const end = lostWith(attempt);
      await writes.finishAttempt({ attemptId, runId, stage, ticket, end });
    } catch (error) {
      logger.warn(`Attempt ${attemptId} could not be ended with its node`, {
        error: stackOf(error),
      });
    }
  }
}

function lostWith({ node, seen_at: seenAt }: LostAttempt): AttemptEnd {
  const why = reason('attempt.nodeLost', { node, since: { time: seenAt } });
  return {
    outcome: { type: 'lost', reason: why },
    status: 'errored',
    reason: why,
  };
}
