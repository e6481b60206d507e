import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { ReportSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { ReportRow } from '../../tables/evaluations';

/** Records the reports of one attempt. */
export async function insertReports(
  db: Knex | Knex.Transaction,
  args: { runId: string; attemptId: string; reports: ReportSummary[] },
): Promise<void> {
  await insertRows<ReportRow>(
    db,
    'reports',
    args.reports.map(({ kind, path, digest, ...summary }) => ({
      id: randomUUID(),
      run_id: args.runId,
      attempt_id: args.attemptId,
      kind,
      path,
      digest,
      summary: JSON.stringify(summary),
    })),
  );
}
