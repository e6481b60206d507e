import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import { parseReason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  claimApprovalNotices,
  releaseApprovalNotices,
  type ApprovalNotice,
} from '../database/operations/stages/claimApprovalNotices';

/** Notices that one step sends at most. */
const MAX_NOTICES = 100;

/** Notifies owners of pipelines whose runs wait for a person. */
export class ApprovalNotifier {
  constructor(
    private readonly options: {
      db: Knex;
      notifications: NotificationService;
      logger: LoggerService;
    },
  ) {}

  /** Sends what was not sent yet; what fails is sent by a later call. Never rejects. */
  async check(): Promise<void> {
    const { db, logger } = this.options;
    try {
      const at = new Date().toISOString();
      const notices = await claimApprovalNotices(db, {
        at,
        limit: MAX_NOTICES,
      });
      for (const notice of notices) {
        await this.send(notice);
      }
    } catch (error) {
      logger.warn(`Who has to decide is notified again later: ${error}`);
    }
  }

  private async send(notice: ApprovalNotice): Promise<void> {
    const { db, notifications, logger } = this.options;
    const { name } = parseEntityRef(notice.pipelineRef);
    try {
      await notifications.send({
        recipients: { type: 'entity', entityRef: notice.ownerRef },
        payload: {
          title: `Run #${notice.runNumber} of ${name} waits for a decision on ${notice.stage}`,
          description: parseReason(notice.question).text,
          link: `/model-ci/runs/${notice.runId}`,
          severity: 'normal',
          topic: 'Model CI approvals',
          scope: `model-ci:approval:${notice.id}`,
        },
      });
    } catch (error) {
      logger.warn(`Who has to decide is notified again later: ${error}`);
      await releaseApprovalNotices(db, { ids: [notice.id] });
    }
  }
}
