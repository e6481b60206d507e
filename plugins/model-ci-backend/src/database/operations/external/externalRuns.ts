import type { Knex } from 'knex';
import type { ExternalCi } from '@model-ci/backstage-plugin-model-ci-common';
import type { ExternalRunRow } from '../../tables/externalRuns';
import type { RunRow } from '../../tables/runs';

/** The builds behind those of some runs that are external. */
export async function listBuilds(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<Map<string, ExternalCi>> {
  const rows = await db<ExternalRunRow>('external_runs').whereIn(
    'run_id',
    args.runIds,
  );
  return new Map(
    rows.map(row => [
      row.run_id,
      {
        provider: row.provider,
        buildId: row.build_id,
        attempt: row.build_attempt ?? undefined,
        url: row.url ?? undefined,
      },
    ]),
  );
}

/** Notes that a CI was heard of. Cheap to call often: what was noted since `before` stays. */
export async function noteHeard(
  db: Knex,
  args: { runId: string; at: string; before: string },
): Promise<void> {
  await db<ExternalRunRow>('external_runs')
    .where({ run_id: args.runId })
    .where('heard_at', '<', args.before)
    .update({ heard_at: args.at });
}

/** Running external runs of which nothing was heard since a time, the quietest first. */
export async function listSilent(
  db: Knex,
  args: { since: string; limit: number },
): Promise<Array<{ runId: string; provider: string }>> {
  const rows: Array<Pick<ExternalRunRow, 'run_id' | 'provider'>> = await db(
    'external_runs',
  )
    .join('runs', 'runs.id', 'external_runs.run_id')
    .where('external_runs.heard_at', '<', args.since)
    .where('runs.status', 'running')
    .orderBy('external_runs.heard_at')
    .limit(args.limit)
    .select('external_runs.run_id', 'external_runs.provider');
  return rows.map(row => ({ runId: row.run_id, provider: row.provider }));
}

/** Whether a run is one that another CI executes. */
export function isExternal({ trigger }: Pick<RunRow, 'trigger'>): boolean {
  return trigger === 'external';
}
