import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import {
  type ModelCiSignal,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type FailureQuery,
  listUnnotifiedDeployments,
  listUnnotifiedRuns,
} from '../database/operations/notices/listUnnotifiedFailures';
import { recordFailureNotice } from '../database/operations/notices/recordFailureNotice';
import { readReason } from '../database/storedReason';
import { statusWord } from '../statusWord';
import { deliver, type NoticePayload, type OwedNotice } from './deliver';

/** News that is older helps nobody; a weekend without a working notification service loses none. */
const MAX_AGE_MS = 4 * 24 * 60 * 60 * 1000;

/** Notices of one look. */
const LIMIT = 100;

export interface FailureNotifierOptions {
  db: Knex;
  notifications: NotificationService;
  logger: LoggerService;
  now?(): Date;
}

/**
 * Notifies the users who started a run or a deployment when it failed: at once after a change. What could not be sent
 * then, or ended while no backend was there to notice, is found by the next check.
 */
export class FailureNotifier {
  readonly #options: FailureNotifierOptions;
  /** Ends whose notices are being sent, which several changes at once may be about. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: FailureNotifierOptions) {
    this.#options = options;
  }

  /** To be called after each change. Never rejects. */
  async onChange(signal: ModelCiSignal): Promise<void> {
    if (signal.type === 'run') {
      await this.#notify({ run: signal.runId });
    } else if (signal.type === 'deployment') {
      await this.#notify({ deployment: signal.deploymentId });
    }
  }

  /** Single step: notifies of every end that is owed. */
  async check(): Promise<void> {
    await this.#notify('all');
  }

  async #notify(
    which: 'all' | { run: string } | { deployment: string },
  ): Promise<void> {
    const turn = this.#sending.then(async () => {
      const notices = [
        ...(which === 'all' || 'run' in which
          ? await this.#owedRuns(which === 'all' ? undefined : which.run)
          : []),
        ...(which === 'all' || 'deployment' in which
          ? await this.#owedDeployments(
              which === 'all' ? undefined : which.deployment,
            )
          : []),
      ];
      await deliver(notices, this.#options);
    });
    this.#sending = turn.catch(error => {
      this.#options.logger.warn(
        `Notifications of failures are sent later, as the failures could not be read: ${error}`,
      );
    });
    await this.#sending;
  }

  async #owedRuns(id: string | undefined): Promise<OwedNotice[]> {
    const runs = await listUnnotifiedRuns(this.#options.db, this.#query(id));
    return runs.map(run =>
      this.#owe(run, {
        title: reason('notice.runEnded', {
          number: run.number,
          pipeline: nameOf(run.pipeline_ref),
          status: statusWord(run.status),
        }),
        description: readReason(run.reason),
        link: `/model-ci/runs/${run.id}`,
        topic: 'Model CI runs',
        scope: `model-ci:run:${run.id}`,
      }),
    );
  }

  async #owedDeployments(id: string | undefined): Promise<OwedNotice[]> {
    const { db } = this.#options;
    const deployments = await listUnnotifiedDeployments(db, this.#query(id));
    return deployments.map(deployment => {
      const { pipeline_ref: pipelineRef, environment, version } = deployment;
      const { namespace, kind, name } = parseEntityRef(pipelineRef);
      return this.#owe(deployment, {
        title: reason('notice.notDeployed', {
          version,
          pipeline: name,
          environment,
        }),
        description: readReason(deployment.reason),
        link: `/catalog/${namespace}/${kind}/${name}`,
        topic: 'Model CI deployments',
        scope: `model-ci:deployment:${deployment.id}`,
      });
    });
  }

  #owe(
    ended: { id: string; created_by: string; finished_at: string },
    payload: NoticePayload,
  ): OwedNotice {
    return {
      recipient: ended.created_by,
      payload: { ...payload, severity: 'high' },
      record: () =>
        recordFailureNotice(this.#options.db, {
          subjectId: ended.id,
          endedAt: ended.finished_at,
          at: this.#now().toISOString(),
        }),
    };
  }

  #query(id: string | undefined): FailureQuery {
    const since = new Date(this.#now().getTime() - MAX_AGE_MS).toISOString();
    return { id, since, limit: LIMIT };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function nameOf(pipelineRef: string): string {
  return parseEntityRef(pipelineRef).name;
}
