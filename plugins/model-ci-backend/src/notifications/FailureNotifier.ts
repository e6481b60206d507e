import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import { readDeployment } from '../database/operations/deployments/readDeployment';
import { findFailedRun } from '../database/operations/pipelines/findFailedRun';

/** Ends that were told of last, so that a later change of the same run does not tell of it again. */
const REMEMBERED = 1000;

export interface FailureNotifierOptions {
  db: Knex;
  notifications: NotificationService;
  logger: LoggerService;
}

/** Tells the users who started a run or a deployment when it failed. */
export class FailureNotifier {
  readonly #options: FailureNotifierOptions;
  readonly #told = new Set<string>();

  constructor(options: FailureNotifierOptions) {
    this.#options = options;
  }

  /** To be called after each change. A notification that cannot be sent is logged and harms nothing else. */
  async onChange(signal: ModelCiSignal): Promise<void> {
    try {
      if (signal.type === 'run') {
        await this.#onRun(signal.runId);
      } else if (signal.type === 'deployment') {
        await this.#onDeployment(signal.deploymentId);
      }
    } catch (error) {
      this.#options.logger.warn(
        `A notification of a failure was not sent: ${error}`,
      );
    }
  }

  async #onRun(runId: string): Promise<void> {
    const run = await findFailedRun(this.#options.db, runId);
    if (run) {
      await this.#tell(run.created_by, `${run.id} ${run.finished_at}`, {
        title: `Run #${run.number} of ${nameOf(run.pipeline_ref)} ${
          run.status
        }`,
        description: run.reason ?? undefined,
        link: `/model-ci/runs/${run.id}`,
        severity: 'high',
        topic: 'Model CI runs',
        scope: `model-ci:run:${run.id}`,
      });
    }
  }

  async #onDeployment(deploymentId: string): Promise<void> {
    const deployment = await readDeployment(this.#options.db, deploymentId);
    if (deployment?.status === 'failed') {
      const { pipeline_ref: pipelineRef, environment, version } = deployment;
      const { namespace, kind, name } = parseEntityRef(pipelineRef);
      await this.#tell(deployment.created_by, deployment.id, {
        title: `Version ${version} of ${nameOf(
          pipelineRef,
        )} could not be deployed to ${environment}`,
        description: deployment.reason ?? undefined,
        link: `/catalog/${namespace}/${kind}/${name}`,
        severity: 'high',
        topic: 'Model CI deployments',
        scope: `model-ci:deployment:${deployment.id}`,
      });
    }
  }

  async #tell(
    createdBy: string,
    end: string,
    payload: NotificationPayload,
  ): Promise<void> {
    if (!createdBy.startsWith('user:') || this.#told.has(end)) {
      return;
    }
    this.#told.add(end);
    const [oldest] = this.#told;
    if (this.#told.size > REMEMBERED) {
      this.#told.delete(oldest);
    }
    await this.#options.notifications.send({
      recipients: { type: 'entity', entityRef: createdBy },
      payload,
    });
  }
}

function nameOf(pipelineRef: string): string {
  return parseEntityRef(pipelineRef).name;
}
