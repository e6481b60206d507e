import type { Knex } from 'knex';
import type { Evaluation } from '@model-ci/backstage-plugin-model-ci-common';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';
import { toEvaluation, type JoinedEvaluationRow } from './toEvaluation';

/** What some runs themselves reported, in the order of the stages and the reports; of slices only if asked for. */
export async function listRunEvaluations(
  db: Knex | Knex.Transaction,
  args: { runIds: string[]; slices?: boolean },
): Promise<Evaluation[]> {
  if (args.runIds.length === 0) return [];
  const rows: JoinedEvaluationRow[] = await db('evaluations as r')
    .modify(joinDecidingAttempts)
    .join('runs', 'runs.id', 'r.run_id')
    .whereIn('r.run_id', args.runIds)
    .where({ 'r.environment': '', 'r.instance': '' })
    .where(args.slices ? {} : { 'r.slice': '' })
    .select(
      'r.*',
      'runs.number as run_number',
      'runs.commit',
      // Joined, PostgreSQL would read the runs of all versions for the few that are wanted.
      db('version_runs as v')
        .select('v.version')
        .whereRaw('v.run_id = r.run_id')
        .as('version'),
    )
    .orderBy(['s.position', 's.name', 'r.id']);
  return rows.map(toEvaluation);
}
