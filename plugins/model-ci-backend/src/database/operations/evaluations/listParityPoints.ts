import type { Knex } from 'knex';
import {
  parityMetric,
  PARITY_FIGURES,
} from '@model-ci/backstage-plugin-model-ci-common';

export interface ParityPoint {
  environment: string;
  metric: string;
  runId: string;
  runNumber: number;
  version: number | null;
  at: string;
  value: number;
}

/** How far some environments of a stage lay from its reference, newest first. */
export async function listParityPoints(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    stage: string;
    environments: string[];
    limit: number;
  },
): Promise<ParityPoint[]> {
  return await db('evaluations as e')
    .join('runs', 'runs.id', 'e.run_id')
    .leftJoin('version_runs as v', 'v.run_id', 'e.run_id')
    .where({
      'e.pipeline_ref': args.pipelineRef,
      'e.stage': args.stage,
      'e.instance': '',
      'e.slice': '',
    })
    .whereIn('e.environment', args.environments)
    .whereIn('e.metric', PARITY_FIGURES.map(parityMetric))
    .orderBy([
      { column: 'e.created_at', order: 'desc' },
      { column: 'e.id', order: 'desc' },
    ])
    .limit(args.limit)
    .select<ParityPoint[]>(
      'e.environment as environment',
      'e.metric as metric',
      'e.run_id as runId',
      'runs.number as runNumber',
      'v.version as version',
      'e.created_at as at',
      'e.value as value',
    );
}
