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
  type ReportKind,
} from '../database/operations/commitStatuses/commitStatuses';
import { describeError } from '../describeError';
import { nextTry, TRIED_FOR } from '../nextTry';
import { withinTime } from '../withinTime';
import { RefusedError } from './hosts';

export interface ReportOptions {
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
export type Report = (run: OwedStatus, signal: AbortSignal) => Promise<boolean>;

/**
 * Reports to code hosts what is owed about runs. A host that does not take it fails no run: it is tried again, later each time,
 * and the page of the run says what is wrong. `prepare` reads what is to be reported of all of them at once.
 */
export async function reportToHosts(
  options: ReportOptions,
  kind: ReportKind,
  prepare: (owed: OwedStatus[]) => Promise<Report>,
): Promise<void> {
  const now = options.now?.() ?? new Date();
  const owed = await listOwedStatuses(options.db, {
    kind,
    at: now.toISOString(),
    since: new Date(now.getTime() - TRIED_FOR).toISOString(),
    limit: LIMIT,
  });
  const report = await prepare(owed);
  for (const run of owed) {
    await reportOne(run, { ...options, kind, report, at: now });
  }
}

async function reportOne(
  run: OwedStatus,
  options: ReportOptions & {
    kind: ReportKind;
    report: Report;
    at: Date;
  },
): Promise<void> {
  const { at, db, logger, report, kind } = options;
  const limit = options.timeout ?? TIMEOUT;
  const own = { run_id: run.id, attempts: (run.attempts ?? 0) + 1 };
  try {
    // Of a GitHub app, the token is asked for first, which no signal ends.
    const isTaken = await withinTime(
      report(run, AbortSignal.timeout(limit)),
      limit,
    );
    if (isTaken === undefined) {
      throw new Error(`there was no answer within ${limit} ms`);
    }
    await recordCommitStatus(db, kind, {
      ...own,
      state: isTaken ? run.wanted : null,
      attempts: 0,
      next_try_at: null,
      is_given_up: !isTaken,
      problem: null,
    });
  } catch (error) {
    const isFinal = error instanceof RefusedError;
    const problem = quoted(describeError(error));
    logger.warn(`The host of run ${run.id} was not notified: ${error}`);
    const { refused, triedAgain } = PROBLEMS[kind];
    await recordCommitStatus(db, kind, {
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
