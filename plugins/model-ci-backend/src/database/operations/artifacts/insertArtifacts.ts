import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CollectedArtifact } from '../results/types';
import { insertRows } from '../../insertRows';
import type { ArtifactRow } from '../../tables/evaluations';

/** Records the artifacts of one attempt. */
export async function insertArtifacts(
  db: Knex | Knex.Transaction,
  args: {
    runId: string;
    stageId: string;
    attemptId: string;
    artifacts: CollectedArtifact[];
    at: string;
  },
): Promise<void> {
  await insertRows<ArtifactRow>(
    db,
    'artifacts',
    args.artifacts.map(artifact => ({
      id: randomUUID(),
      run_id: args.runId,
      stage_id: args.stageId,
      attempt_id: args.attemptId,
      name: artifact.name,
      path: artifact.path,
      digest: artifact.digest,
      size: artifact.size,
      created_at: args.at,
    })),
  );
}
