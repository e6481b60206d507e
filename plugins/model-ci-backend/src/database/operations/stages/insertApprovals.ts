import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { ApprovalRow } from '../../tables/runs';

export interface NewApproval {
  runId: string;
  stageId: string;
  question: Reason;
  /** Digest of what there is to look at; a decision then has to name it. */
  evidence?: string;
  /** How long it may wait; for ever if absent. */
  timeoutSeconds?: number;
  at: string;
}

/** Asks people about stages that wait. Whoever decides moves the stages next. */
export async function insertApprovals(
  tx: Knex.Transaction,
  approvals: NewApproval[],
): Promise<void> {
  await insertRows<Partial<ApprovalRow>>(
    tx,
    'approvals',
    approvals.map(({ runId, stageId, question, evidence, ...when }) => ({
      id: randomUUID(),
      run_id: runId,
      stage_id: stageId,
      question: formatReason(question),
      asked_at: when.at,
      evidence: evidence ?? null,
      expires_at: expiryOf(when),
    })),
  );
}

function expiryOf({
  at,
  timeoutSeconds,
}: Pick<NewApproval, 'at' | 'timeoutSeconds'>): string | null {
  return timeoutSeconds === undefined
    ? null
    : new Date(Date.parse(at) + timeoutSeconds * 1000).toISOString();
}
