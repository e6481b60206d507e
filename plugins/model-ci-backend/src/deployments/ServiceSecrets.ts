import { InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { DeploymentRow } from '../database/tables/deployments';
import { Masks } from '../masking/Masks';
import { masksOf } from '../masking/masksOf';
import type { SecretValues } from '../secrets/SecretGiver';
import { withReason } from '../withReason';
import type { DeploymentContext } from './context';
import type { ServicePlan } from './serviceSpec';
import type { PlacedRow } from './steps';

/** What services are given, and what hides it in what is said of them. */
export class ServiceSecrets {
  /** By deployment. */
  private readonly known = new Map<
    string,
    { serviceId: string; masks: Masks }
  >();

  constructor(private readonly ctx: DeploymentContext) {}

  /** What a service asks for; rejects with an `InputError` where it cannot have that. */
  async give(
    row: PlacedRow,
    { serving, runId }: ServicePlan,
  ): Promise<SecretValues> {
    if (serving.secrets.length === 0) {
      return {};
    }
    const { executors, secrets } = this.ctx;
    const executor = executors.get(row.executor);
    if (!executor?.takesSecrets) {
      throw withReason(
        InputError,
        reason('secret.executorTakesNone', { executor: row.executor }),
      );
    }
    const given = await secrets?.giveToService({
      holderId: row.service_id,
      runId,
      pipelineRef: row.pipeline_ref,
      environment: row.environment,
      names: serving.secrets,
    });
    if (given?.type !== 'given') {
      throw withReason(InputError, given?.reason ?? reason('secret.noKey'));
    }
    this.remember(row, masksOf(Object.values(given.values)));
    return given.values;
  }

  /** Where what it was given cannot be read any more, everything is hidden: it goes on and can be stopped all the same. */
  async masksOf(row: DeploymentRow): Promise<Masks> {
    const { service_id: serviceId } = row;
    if (serviceId === null) {
      return Masks.none;
    }
    const known = this.known.get(row.id);
    if (known?.serviceId === serviceId) {
      return known.masks;
    }
    let masks: Masks;
    try {
      const values = await this.ctx.secrets?.recall(serviceId);
      masks = values ? masksOf(Object.values(values)) : Masks.none;
    } catch (error) {
      this.ctx.logger.warn(
        `What the service of deployment ${row.id} says is hidden, because its secrets cannot be read: ${error}`,
      );
      return Masks.everything;
    }
    // Before a handle is kept it may yet be given some, also by another replica.
    if (row.handle !== null) {
      this.remember({ id: row.id, service_id: serviceId }, masks);
    }
    return masks;
  }

  forget(deploymentId: string): void {
    this.known.delete(deploymentId);
  }

  private remember(
    row: Pick<PlacedRow, 'id' | 'service_id'>,
    masks: Masks,
  ): void {
    this.known.set(row.id, { serviceId: row.service_id, masks });
  }
}
