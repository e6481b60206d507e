import type { Knex } from 'knex';
import type { Artifact } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactRow } from '../../tables/evaluations';
import { goingOn } from '../stages/goingOn';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

/** The artifacts of some runs, in the order of their stages; those of attempts that were made again are left out. */
export async function listArtifacts(
  db: Knex | Knex.Transaction,
  args: {
    runIds: string[];
    /** Leaves out those of instances that were not selected. */
    goingOn?: true;
  },
): Promise<Array<Artifact & { runId: string }>> {
  if (args.runIds.length === 0) return [];
  const rows: Array<ArtifactRow & { stage: string; instance: string | null }> =
    await db('artifacts as r')
      .modify(joinDecidingAttempts)
      .whereIn('r.run_id', args.runIds)
      .modify(query => {
        if (args.goingOn) {
          goingOn(query, 's');
        }
      })
      .select('r.*', 's.name as stage', 's.instance as instance')
      .orderBy(['s.position', 's.name', 's.instance', 'r.name']);
  return rows.map(row => ({
    runId: row.run_id,
    id: row.id,
    stage: row.stage,
    ...(row.instance !== null && { instance: row.instance }),
    name: row.name,
    path: row.path,
    digest: row.digest,
    size: Number(row.size),
    createdAt: row.created_at,
  }));
}
