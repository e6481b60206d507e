import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  formatReason,
  quoted,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import {
  listOwedStatuses,
  type OwedStatus,
  recordCommitStatus,
  type Told,
} from '../database/operations/commitStatuses/commitStatuses';
import { describeError } from '../describeError';
import { nextTry, TRIED_FOR } from '../nextTry';
import { withinTime } from '../withinTime';
import { RefusedStatusError } from './hosts';

export interface TellOptions {
  db: Knex;
  logger: LoggerService;
  /** Milliseconds for one answer of a host. */
  timeout?: number;
  now?(): Date;
}

const LIMIT = 50;
const TIMEOUT = 10_000;

const PROBLEMS = {
  commit_statuses: {
    refused: 'commitStatus.refused',
    triedAgain: 'commitStatus.triedAgain',
  },
  comment_statuses: {
    refused: 'comment.refused',
    triedAgain: 'comment.triedAgain',
  },
} as const;

/** Answers false where the host takes nothing of the kind. */
export type Tell = (run: OwedStatus, signal: AbortSignal) => Promise<boolean>;

/**
 * Tells code hosts what is owed about runs. A host that does not take it fails no run: it is tried again, later each time,
 * and the page of the run says what is wrong. `prepare` reads what is to be said of all of them at once.
 */
export async function tellHosts(
  options: TellOptions,
  told: Told,
  prepare: (owed: OwedStatus[]) => Promise<Tell>,
): Promise<void> {
  const now = options.now?.() ?? new Date();
  const owed = await listOwedStatuses(options.db, {
    told,
    at: now.toISOString(),
    since: new Date(now.getTime() - TRIED_FOR).toISOString(),
    limit: LIMIT,
  });
  const tell = await prepare(owed);
  for (const run of owed) {
    await tellOne(run, { ...options, told, tell, at: now });
  }
}

async function tellOne(
  run: OwedStatus,
  options: TellOptions & {
    told: Told;
    tell: Tell;
    at: Date;
  },
): Promise<void> {
  const { at, db, logger, tell, told } = options;
  const limit = options.timeout ?? TIMEOUT;
  const own = { run_id: run.id, attempts: (run.attempts ?? 0) + 1 };
  try {
    // Of a GitHub app, the token is asked for first, which no signal ends.
    const isTaken = await withinTime(
      tell(run, AbortSignal.timeout(limit)),
      limit,
    );
    if (isTaken === undefined) {
      throw new Error(`there was no answer within ${limit} ms`);
    }
    await recordCommitStatus(db, told, {
      ...own,
      state: isTaken ? run.wanted : null,
      attempts: 0,
      next_try_at: null,
      is_given_up: !isTaken,
      problem: null,
    });
  } catch (error) {
    const isFinal = error instanceof RefusedStatusError;
    const problem = quoted(describeError(error));
    logger.warn(`The host of run ${run.id} was not told of it: ${error}`);
    const { refused, triedAgain } = PROBLEMS[told];
    await recordCommitStatus(db, told, {
      ...own,
      state: null,
      next_try_at: isFinal ? null : nextTry(at, own.attempts - 1),
      is_given_up: isFinal,
      problem: formatReason(
        reason(isFinal ? refused : triedAgain, { problem }),
      ),
    });
  }
}
