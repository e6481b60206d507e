import type { Knex } from 'knex';
import type { AttemptRow, RunRow } from '../../tables/runs';
import { TicketLostError } from '../ticket';

export type ClaimedAttemptRow = AttemptRow & {
  stage_name: string;
  run: Pick<
    RunRow,
    | 'id'
    | 'number'
    | 'pipeline_ref'
    | 'branch'
    | 'commit'
    | 'source_digest'
    | 'definition'
    | 'datasets'
  >;
};

/** Everything that the holder of a claim needs to work on the attempt. */
export async function findClaimedAttempt(
  db: Knex | Knex.Transaction,
  args: { attemptId: string; ticket: string },
): Promise<ClaimedAttemptRow> {
  const row = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .join('runs', 'runs.id', 'attempts.run_id')
    .where({ 'attempts.id': args.attemptId, 'attempts.ticket': args.ticket })
    .first<
      | (AttemptRow & {
          stage_name: string;
          run_number: number;
          run_pipeline_ref: string;
          run_branch: string | null;
          run_commit: string | null;
          run_source_digest: string | null;
          run_definition: string | null;
          run_datasets: string | null;
        })
      | undefined
    >(
      'attempts.*',
      'stages.name as stage_name',
      'runs.number as run_number',
      'runs.pipeline_ref as run_pipeline_ref',
      'runs.branch as run_branch',
      'runs.commit as run_commit',
      'runs.source_digest as run_source_digest',
      'runs.definition as run_definition',
      'runs.datasets as run_datasets',
    );
  if (!row) {
    throw new TicketLostError('attempt', args.attemptId);
  }
  return {
    ...row,
    run: {
      id: row.run_id,
      number: row.run_number,
      pipeline_ref: row.run_pipeline_ref,
      branch: row.run_branch,
      commit: row.run_commit,
      source_digest: row.run_source_digest,
      definition: row.run_definition,
      datasets: row.run_datasets,
    },
  };
}
