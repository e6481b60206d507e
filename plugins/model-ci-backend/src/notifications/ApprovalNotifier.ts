import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import {
  parseReason,
  stageKey,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listOwedApprovals,
  listOwedOutcomes,
  type OwedApproval,
} from '../database/operations/notices/listOwedApprovals';
import { recordApprovalNotice } from '../database/operations/notices/recordApprovalNotice';
import { deliver, type NoticePayload, type OwedNotice } from './deliver';

/** Notices that one step sends at most. */
const MAX_NOTICES = 100;

export interface ApprovalNotifierOptions {
  db: Knex;
  notifications: NotificationService;
  logger: LoggerService;
}

/** Notifies owners of pipelines whose runs wait for a person, and replaces that once somebody has decided. */
export class ApprovalNotifier {
  readonly #options: ApprovalNotifierOptions;

  constructor(options: ApprovalNotifierOptions) {
    this.#options = options;
  }

  /** Single step: sends what is owed; what fails is sent by a later one. Never rejects. */
  async check(): Promise<void> {
    const { db, logger } = this.#options;
    try {
      const limit = MAX_NOTICES;
      const questions = await listOwedApprovals(db, { limit });
      const decisions = await listOwedOutcomes(db, { limit });
      await deliver(
        [
          ...questions.map(row => this.#owe(row, 'question', ask(row))),
          ...decisions.map(row => this.#owe(row, 'decision', answer(row))),
        ],
        this.#options,
      );
    } catch (error) {
      logger.warn(`Approvals are announced later: ${error}`);
    }
  }

  #owe(
    { id, runId, ownerRef }: OwedApproval,
    of: 'question' | 'decision',
    says: Pick<NoticePayload, 'title' | 'description' | 'severity'>,
  ): OwedNotice {
    return {
      recipient: ownerRef,
      payload: {
        ...says,
        link: `/model-ci/runs/${runId}`,
        topic: 'Model CI approvals',
        // The decision takes the place of the question.
        scope: `model-ci:approval:${id}`,
      },
      record: () =>
        recordApprovalNotice(this.#options.db, {
          id,
          of,
          at: new Date().toISOString(),
        }),
    };
  }
}

function ask(row: OwedApproval) {
  return {
    title: reason('notice.decision', subjectOf(row)),
    description: parseReason(row.question),
    // What Backstage shows as a warning; `normal` has the tick of what is done.
    severity: 'high' as const,
  };
}

function answer(row: OwedApproval) {
  return {
    title: reason(titleOf(row), subjectOf(row)),
    description: whyOf(row),
    severity: 'normal' as const,
  };
}

function titleOf({ decision }: OwedApproval) {
  switch (decision) {
    case 'continue':
      return 'notice.letThrough';
    case 'stop':
      return 'notice.stopped';
    default:
      return 'notice.decisionVoid';
  }
}

/** There is always one: where there is none, Backstage leaves the question. */
function whyOf({ decision, decided_by: by, ...row }: OwedApproval): Reason {
  if (decision === 'cancelled') {
    return by === null
      ? reason('run.cancelled')
      : reason('run.cancelledBy', { by });
  }
  return by === null
    ? reason('stage.decisionTimedOut')
    : reason(decision === 'stop' ? 'stage.stopped' : 'stage.continued', {
        by,
        reason: row.reason ?? '',
      });
}

function subjectOf({ runNumber, pipelineRef, stage, instance }: OwedApproval) {
  return {
    number: runNumber,
    pipeline: parseEntityRef(pipelineRef).name,
    stage: stageKey(stage, instance),
  };
}
