import type { Knex } from 'knex';
import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineRow } from '../../tables/pipelines';
import { narrowPipelines, type PipelineFilter } from './narrowPipelines';

/** By title, or by the time of the last run, latest first. */
export type PipelineOrder = 'title' | 'lastRun';

export interface PipelineListArgs extends PipelineFilter {
  /** Statuses of the latest run. */
  statuses?: Status[];
  sort?: PipelineOrder;
  /** What the last item of the page before is sorted by, and its ref. */
  after?: [key: string, ref: string];
  limit: number;
}

/** A pipeline, with what it is sorted by. */
export type PipelineListRow = PipelineRow & { sort_key: string };

/** A column of the latest run, which has the highest number: the unique index finds it at once. */
const ofLatestRun = (column: 'status' | 'created_at') =>
  `(select latest.${column} from runs latest where latest.pipeline_ref = pipelines.ref order by latest.number desc limit 1)`;

const ORDERS = {
  title: { key: 'pipelines.title', direction: 'asc' },
  lastRun: {
    key: `coalesce(${ofLatestRun('created_at')}, '')`,
    direction: 'desc',
  },
} as const;

/** Pipelines in the order of the database. */
export async function listPipelines(
  db: Knex | Knex.Transaction,
  args: PipelineListArgs,
): Promise<PipelineListRow[]> {
  const { statuses, sort = 'title', after, limit } = args;
  const { key, direction } = ORDERS[sort];
  return await db('pipelines')
    .whereNull('pipelines.removed_at')
    .modify(narrowPipelines, args)
    .modify(query => {
      if (statuses) {
        query.whereRaw(
          `${ofLatestRun('status')} in (${statuses.map(() => '?')})`,
          statuses,
        );
      }
      if (after) {
        const isPast = direction === 'asc' ? '>' : '<';
        query.whereRaw(`(${key}, pipelines.ref) ${isPast} (?, ?)`, after);
      }
    })
    .orderByRaw(`${key} ${direction}, pipelines.ref ${direction}`)
    .limit(limit)
    .select('pipelines.*', db.raw(`${key} as sort_key`));
}
