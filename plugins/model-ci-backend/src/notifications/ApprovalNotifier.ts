import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import {
  parseReason,
  stageKey,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listOwedApprovals,
  type OwedApproval,
} from '../database/operations/notices/listOwedApprovals';
import { recordApprovalNotice } from '../database/operations/notices/recordApprovalNotice';
import { deliver, type OwedNotice } from './deliver';

/** Notices that one step sends at most. */
const MAX_NOTICES = 100;

export interface ApprovalNotifierOptions {
  db: Knex;
  notifications: NotificationService;
  logger: LoggerService;
}

/** Notifies owners of pipelines whose runs wait for a person. */
export class ApprovalNotifier {
  readonly #options: ApprovalNotifierOptions;

  constructor(options: ApprovalNotifierOptions) {
    this.#options = options;
  }

  /** Single step: sends what is owed; what fails is sent by a later one. Never rejects. */
  async check(): Promise<void> {
    const { db, logger } = this.#options;
    try {
      const approvals = await listOwedApprovals(db, { limit: MAX_NOTICES });
      await deliver(
        approvals.map(approval => this.#owe(approval)),
        this.#options,
      );
    } catch (error) {
      logger.warn(`Approvals are announced later: ${error}`);
    }
  }

  #owe(approval: OwedApproval): OwedNotice {
    const { id, runId, runNumber, pipelineRef } = approval;
    const stage = stageKey(approval.stage, approval.instance);
    const { name } = parseEntityRef(pipelineRef);
    return {
      recipient: approval.ownerRef,
      payload: {
        title: reason('notice.decision', {
          number: runNumber,
          pipeline: name,
          stage,
        }),
        description: parseReason(approval.question),
        link: `/model-ci/runs/${runId}`,
        severity: 'normal',
        topic: 'Model CI approvals',
        scope: `model-ci:approval:${id}`,
      },
      record: () =>
        recordApprovalNotice(this.#options.db, {
          id,
          at: new Date().toISOString(),
        }),
    };
  }
}
