import type { AuditorService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { readReason } from '../../database/storedReason';
import {
  findDuePromotion,
  type DuePromotion,
} from '../../database/operations/versions/findDuePromotion';
import { promoteVersion } from '../../database/operations/versions/promoteVersion';
import type { AutomaticDeploymentsOptions } from './createAutomaticDeployments';

export interface AutomaticPromotionsOptions {
  db: Knex;
  auditor: AuditorService;
  /** Who may deploy a version may move aliases. Rejects while it cannot be known. */
  findRight: AutomaticDeploymentsOptions['findRight'];
}

/**
 * Gives the version that a run registered the alias that its definition names under `promote`, in the name of whoever
 * pushed or started the run, and with no more than that user's rights. Safe to repeat: rejects if it could not be decided
 * now.
 */
export function createAutomaticPromotions(
  options: AutomaticPromotionsOptions,
): (run: { id: string }) => Promise<void> {
  const { db, auditor, findRight } = options;
  return async run => {
    const due = await findDuePromotion(db, { runId: run.id });
    if (!due) {
      return;
    }
    const { pipelineRef, createdBy } = due;
    const right = await findRight({ id: run.id, pipelineRef, createdBy });
    const by = right.type === 'allowed' ? right.actor.ref : createdBy;
    const promoted = await promoteVersion(db, {
      ...{ due, by },
      ...(right.type === 'refused' && {
        refused: reason('promotion.notAllowed', {
          user: createdBy,
          reason: right.reason,
        }),
      }),
      at: new Date().toISOString(),
    });
    if (promoted) {
      await record(auditor, due, {
        by,
        why: readReason(promoted.reason)?.text,
      });
    }
  };
}

async function record(
  auditor: AuditorService,
  { runId, pipelineRef, alias, version }: DuePromotion,
  { by, why }: { by: string; why?: string },
): Promise<void> {
  const event = await auditor.createEvent({
    eventId: 'alias-promote',
    severityLevel: 'medium',
    meta: { pipelineRef, alias, version, runId, by },
  });
  await (why === undefined
    ? event.success()
    : event.fail({ error: new NotAllowedError(why) }));
}
