import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle, Outcome } from '@model-ci/backstage-plugin-model-ci-node';
import { formatOutcome } from '../../outcomes';
import { returnedRows, valuesTable } from '../../valuesTable';

/** Where a submitted attempt is, with what belongs to that phase alone. */
export type AttemptPhase =
  | { type: 'pending'; reason: Reason; since: string; deadlineAt?: string }
  | { type: 'running'; since: string; deadlineAt: string; node?: string }
  | {
      type: 'collecting';
      reason: Reason;
      since: string;
      nextTryAt: string;
      outcome: Outcome;
    };

export interface AttemptPhaseWrite {
  attemptId: string;
  ticket: string;
  phase: AttemptPhase;
  /** By what the executor finds it again, should that not have been stored yet; absent before there is one. */
  handle?: Handle;
}

/**
 * Notes the phases of attempts, and answers the tickets under which that was possible: the others are lost. What an
 * attempt held of its node is free once its results are collected.
 */
export async function storePhases(
  db: Knex | Knex.Transaction,
  writes: AttemptPhaseWrite[],
): Promise<Set<string>> {
  const values = valuesTable(
    db,
    {
      id: 'text',
      ticket: 'text',
      handle: 'text',
      phase: 'text',
      reason: 'text',
      since: 'text',
      node: 'text',
      started_at: 'text',
      deadline_at: 'text',
      next_try_at: 'text',
      outcome: 'text',
    },
    writes.map(({ attemptId, ticket, handle, phase }) => ({
      id: attemptId,
      ticket,
      handle: handle ? JSON.stringify(handle) : null,
      phase: phase.type,
      since: phase.since,
      ...columnsOf(phase),
    })),
  );
  const stored = await returnedRows<{ ticket: string }>(
    db.raw(
      `update attempts set phase = v.phase, phase_reason = v.reason,
         phase_since = v.since, phase_node = coalesce(v.node, attempts.phase_node),
         started_at = coalesce(v.started_at, attempts.started_at),
         deadline_at = v.deadline_at, next_try_at = v.next_try_at,
         outcome = coalesce(v.outcome, attempts.outcome), handle = coalesce(v.handle, attempts.handle), rescues = 0
       from ? where attempts.id = v.id and attempts.ticket = v.ticket
       returning attempts.ticket as ticket`,
      [values],
    ),
  );
  return new Set(stored.map(({ ticket }) => ticket));
}

function columnsOf(phase: AttemptPhase) {
  const none = {
    reason: null,
    node: null,
    started_at: null,
    deadline_at: null,
    next_try_at: null,
    outcome: null,
  };
  switch (phase.type) {
    case 'pending':
      return {
        ...none,
        reason: formatReason(phase.reason),
        deadline_at: phase.deadlineAt ?? null,
      };
    case 'running':
      return {
        ...none,
        node: phase.node ?? null,
        started_at: phase.since,
        deadline_at: phase.deadlineAt,
      };
    case 'collecting':
      return {
        ...none,
        reason: formatReason(phase.reason),
        next_try_at: phase.nextTryAt,
        outcome: formatOutcome(phase.outcome),
      };
    default:
      return phase satisfies never;
  }
}
