import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
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
} from '../database/operations/commitStatuses/commitStatuses';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { describeError } from '../describeError';
import { nextTry, TRIED_FOR } from '../nextTry';
import { withinTime } from '../withinTime';
import { statusName } from './statusName';
import { RefusedStatusError, writeStatus } from './writeStatus';

export interface StatusReporterOptions {
  db: Knex;
  integrations: ScmIntegrationRegistry;
  /** Address of the pages. */
  appUrl: string;
  logger: LoggerService;
  /** Milliseconds for one answer of a host. */
  timeout?: number;
  now?(): Date;
}

const LIMIT = 50;
const TIMEOUT = 10_000;

const VERDICTS = { fail: 'failed', inconclusive: 'is inconclusive' };

/**
 * Writes the status of runs beside their commits on the code hosts that have caused them. A host that does not take it
 * fails no run: it is tried again, later each time, and the page of the run says what is wrong.
 */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  readonly #now: () => Date;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Single step: writes what is owed. */
  async check(): Promise<void> {
    const now = this.#now();
    const owed = await listOwedStatuses(this.#options.db, {
      at: now.toISOString(),
      since: new Date(now.getTime() - TRIED_FOR).toISOString(),
      limit: LIMIT,
    });
    for (const run of owed) {
      await this.#report(run);
    }
  }

  async #report(run: OwedStatus): Promise<void> {
    const { appUrl, db, integrations, logger } = this.#options;
    const limit = this.#options.timeout ?? TIMEOUT;
    const own = { run_id: run.id, attempts: (run.attempts ?? 0) + 1 };
    try {
      const status = {
        sourceUrl: run.source_url,
        commit: run.commit,
        state: run.wanted,
        name: statusName(run),
        description: await this.#describe(run),
        url: `${appUrl}/model-ci/runs/${run.id}`,
      };
      // Of a GitHub app, the token is asked for first, which no signal ends.
      const isTaken = await withinTime(
        writeStatus(status, integrations, AbortSignal.timeout(limit)),
        limit,
      );
      if (isTaken === undefined) {
        throw new Error(`there was no answer within ${limit} ms`);
      }
      await recordCommitStatus(db, {
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
      logger.warn(`The status of run ${run.id} is not on its host: ${error}`);
      await recordCommitStatus(db, {
        ...own,
        state: null,
        next_try_at: isFinal ? null : nextTry(this.#now(), own.attempts - 1),
        is_given_up: isFinal,
        problem: formatReason(
          isFinal
            ? reason('commitStatus.refused', { problem })
            : reason('commitStatus.triedAgain', { problem }),
        ),
      });
    }
  }

  /** In English, as hosts have no other language for it. */
  async #describe({ id, number, status }: OwedStatus): Promise<string> {
    const words: Record<string, string> = {
      queued: 'is queued',
      running: 'is running',
      waiting: 'waits for a person',
      errored: 'could not be executed',
      cancelled: 'was cancelled',
    };
    const text = `Run ${number} ${words[status] ?? status}`;
    const gates = await listGateResults(this.#options.db, { runIds: [id] });
    const passed = gates.filter(({ verdict }) => verdict === 'pass').length;
    const others = [
      ...new Set(
        gates.flatMap(({ metric, verdict }) =>
          verdict === 'pass' ? [] : `${metric} ${VERDICTS[verdict]}`,
        ),
      ),
    ];
    return gates.length === 0
      ? text
      : [`${text}; ${passed} of ${gates.length} gates passed`, ...others].join(
          ', ',
        );
  }
}
