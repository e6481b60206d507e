import type { Knex } from 'knex';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { markCleaned } from '../database/operations/attempts/markCleaned';
import type { AttemptRow } from '../database/tables/runs';
import { compactLog } from '../logs/compactLog';

/**
 * Moves the log of an ended attempt into the artifact store and has the executor remove what is left of
 * it. Safe to repeat, also by two replicas at once.
 */
export async function cleanAttempt(options: {
  db: Knex;
  artifactStore: ArtifactStore;
  executors: ReadonlyMap<string, Executor>;
  attemptId: string;
}): Promise<void> {
  const { db, artifactStore, executors, attemptId } = options;
  const attempt = await db<AttemptRow>('attempts')
    .where({ id: attemptId })
    .whereNotNull('finished_at')
    .whereNull('cleaned_at')
    .first('id', 'executor', 'handle', 'log_size', 'log_digest');
  if (!attempt) {
    return;
  }
  if (attempt.log_digest === null) {
    await compactLog(db, artifactStore, {
      id: attempt.id,
      logSize: Number(attempt.log_size),
    });
  }
  if (attempt.handle !== null) {
    const executor = executors.get(attempt.executor);
    if (!executor) {
      throw new Error(`executor ${attempt.executor} is not installed here`);
    }
    await executor.cleanup(JSON.parse(attempt.handle) as Handle);
  }
  await markCleaned(db, { attemptId, at: new Date().toISOString() });
}
