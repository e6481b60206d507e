import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type {
  Executor,
  FoundAttempt,
} from '@model-ci/backstage-plugin-model-ci-node';
import { listCleaned } from '../database/operations/attempts/listCleaned';
import { messageOf } from './retry';

export interface LeftoverOptions {
  db: Knex;
  logger: LoggerService;
  executors: ReadonlyMap<string, Executor>;
}

/**
 * Withdraws what engines have of attempts that were cleaned up before: a call that was given up may reach an engine late, a
 * node may come back. Answers how many there were.
 */
export async function removeLeftovers(
  options: LeftoverOptions,
): Promise<number> {
  const counts = await Promise.all(
    [...options.executors.values()].map(async executor => {
      try {
        return await removeFrom(executor, options);
      } catch (error) {
        options.logger.warn(
          `What ${executor.name} has left could not be listed: ${messageOf(
            error,
          )}`,
        );
        return 0;
      }
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function removeFrom(
  executor: Executor,
  { db, logger }: LeftoverOptions,
): Promise<number> {
  const found = (await executor.listAttempts?.()) ?? [];
  // Asked for afterwards: the row of an attempt is there before anything of it
  const known = await listCleaned(db, {
    attemptIds: found.map(({ attemptId }) => attemptId),
  });
  const left = found.filter(({ attemptId, isOwn }) => {
    const attempt = known.get(attemptId);
    return attempt ? attempt.isCleaned : isOwn;
  });
  for (const attempt of left) {
    await withdraw(executor, attempt, logger);
  }
  return left.length;
}

async function withdraw(
  executor: Executor,
  attempt: FoundAttempt,
  logger: LoggerService,
): Promise<void> {
  const what = `what is left of attempt ${attempt.attemptId} on ${attempt.node}`;
  try {
    await executor.withdraw(attempt);
    logger.info(`Removed ${what}`);
  } catch (error) {
    logger.warn(`Could not remove ${what} yet: ${messageOf(error)}`);
  }
}
