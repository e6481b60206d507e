import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  formatReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { ApprovalRow } from '../../tables/runs';

/** Asks people about stages that wait. Whoever decides moves the stages next. */
export async function insertApprovals(
  tx: Knex.Transaction,
  approvals: Array<{
    runId: string;
    stageId: string;
    question: Reason;
    at: string;
  }>,
): Promise<void> {
  await insertRows<Partial<ApprovalRow>>(
    tx,
    'approvals',
    approvals.map(({ runId, stageId, question, at }) => ({
      id: randomUUID(),
      run_id: runId,
      stage_id: stageId,
      question: formatReason(question),
      asked_at: at,
    })),
  );
}
