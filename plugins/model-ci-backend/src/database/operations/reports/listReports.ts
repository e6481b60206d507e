import type { Knex } from 'knex';
import { z } from 'zod';
import type { ReportSummary } from '@model-ci/backstage-plugin-model-ci-common';
import type { ReportRow } from '../../tables/evaluations';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

/** What is stored can be shown: JSON has no numbers beyond all bounds, and keeps null for them. */
const number = z
  .number()
  .nullish()
  .transform(value => value ?? 0);
const file = { path: z.string(), digest: z.string() };

const summarySchema: z.ZodType<ReportSummary> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('junit'),
    ...file,
    tests: number,
    failures: number,
    errors: number,
    skipped: number,
    duration: number,
  }),
  z.object({
    kind: z.literal('metrics'),
    ...file,
    metrics: number,
    leftOut: z.number().optional(),
  }),
  z.object({
    kind: z.literal('predictions'),
    ...file,
    predictions: number,
    slices: z.number().optional(),
    slicesLeftOut: z.number().optional(),
  }),
  z.object({
    kind: z.literal('lm-eval'),
    ...file,
    metrics: z.number().optional(),
    examples: z.number().optional(),
  }),
  z.object({
    kind: z.literal('series'),
    ...file,
    metrics: number,
    steps: number,
    leftOut: z.number().optional(),
    metricsLeftOut: z.number().optional(),
  }),
]);

/** The reports of the last attempts of a run's stages. */
export async function listReports(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<Array<{ stage: string; instance?: string; report: ReportSummary }>> {
  const rows: Array<ReportRow & { stage: string; instance: string | null }> =
    await db('reports as r')
      .modify(joinDecidingAttempts)
      .where('r.run_id', args.runId)
      .select('r.*', 's.name as stage', 's.instance as instance')
      .orderBy(['s.position', 's.name', 's.instance', 'r.kind', 'r.path']);
  return rows.map(row => ({
    stage: row.stage,
    ...(row.instance !== null && { instance: row.instance }),
    report: summarySchema.parse({
      ...JSON.parse(row.summary),
      kind: row.kind,
      path: row.path,
      digest: row.digest,
    }),
  }));
}
