import type { Knex } from 'knex';
import { z } from 'zod';
import {
  type CurvePoints,
  type TrainingCurve,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { TrainingCurveRow } from '../../tables/evaluations';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

const columns = z.array(z.number().nullable());
const pointsSchema: z.ZodType<CurvePoints> = z.object({
  index: z.array(z.number()),
  step: z.array(z.number()),
  value: columns,
  mean: columns.optional(),
  epoch: columns.optional(),
  time: columns.optional(),
});

type Row = Omit<TrainingCurveRow, 'points'> & {
  stage: string;
  instance: string | null;
  number: number;
  status: string;
  points?: string;
};

/**
 * The curves of the last attempts of a run's stages, in the order of stages, files and metrics. With `metrics` only
 * theirs, with their points.
 */
export async function listCurves(
  db: Knex | Knex.Transaction,
  args: { runId: string; metrics?: string[]; limit: number },
): Promise<TrainingCurve[]> {
  const { runId, metrics, limit } = args;
  const rows: Row[] = await db('training_curves as r')
    .modify(joinDecidingAttempts)
    .where('r.run_id', runId)
    .modify(query => {
      if (metrics) {
        query.whereIn('r.metric', metrics).select('r.points');
      }
    })
    .orderBy(['s.position', 's.name', 's.instance', 'r.position'])
    .limit(limit)
    .select(
      'r.path',
      'r.metric',
      'r.count',
      'r.gaps',
      'r.last_step',
      'r.last_value',
      's.name as stage',
      's.instance as instance',
      'a.number as number',
      'a.status as status',
    );
  return rows.map(toCurve);
}

function toCurve(row: Row): TrainingCurve {
  return {
    stage: row.stage,
    ...(row.instance !== null && { instance: row.instance }),
    attempt: row.number,
    path: row.path,
    metric: row.metric,
    running: row.status === 'running',
    count: Number(row.count),
    gaps: Number(row.gaps),
    last: {
      step: row.last_step,
      ...(row.last_value !== null && { value: row.last_value }),
    },
    ...(row.points !== undefined && {
      points: pointsSchema.parse(JSON.parse(row.points)),
    }),
  };
}
