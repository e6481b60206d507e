import { randomUUID } from 'node:crypto';
import {
  formatReason,
  quoted,
  reason,
  type Reason,
  toReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  Handle,
  ServiceHost,
} from '@model-ci/backstage-plugin-model-ci-node';
import { failDeployment } from '../database/operations/deployments/failDeployment';
import type { HeldDeployment } from '../database/operations/deployments/held';
import { placeDeployment } from '../database/operations/deployments/placeDeployment';
import { readDeployment } from '../database/operations/deployments/readDeployment';
import { recordHandle } from '../database/operations/deployments/recordHandle';
import { recordWaiting } from '../database/operations/deployments/recordWaiting';
import { sumReservedResources } from '../database/operations/deployments/sumReservedResources';
import { takeOverEndpoint } from '../database/operations/deployments/takeOverEndpoint';
import { listCordons } from '../database/operations/nodes/listCordons';
import { lockPlacement } from '../database/operations/nodes/lockPlacement';
import { TicketLostError } from '../database/operations/ticket';
import { transact } from '../database/transact';
import type { DeploymentRow } from '../database/tables/deployments';
import { describeError } from '../describeError';
import { imageNodeOf } from './imageNodeOf';
import { chooseNode } from '../planning/chooseNode';
import { toTimestamp, type DeploymentContext } from './context';
import { maskedHost } from './maskedHost';
import { probeHealth, type Probe } from './probeHealth';
import {
  describeExit,
  findServiceHost,
  inspectService,
  isRefusal,
  missingHost,
  missingReplicas,
  parseHandle,
  readLogEnd,
  replicaColumns,
  routeTo,
  type RunningState,
} from './serviceHost';
import {
  buildServiceSpec,
  readServicePlan,
  type ServicePlan,
} from './serviceSpec';
import { ServiceSecrets } from './ServiceSecrets';
import { ServingWatcher } from './ServingWatcher';
import { placed, type PlacedRow, type Step } from './steps';

/**
 * Moves one held deployment on by one step. Every write names the holder's ticket; a lost one makes the
 * step reject with `TicketLostError`.
 */
export class DeploymentWorker {
  private readonly plans = new Map<string, ServicePlan>();
  private readonly watcher: ServingWatcher;
  private readonly secrets: ServiceSecrets;

  constructor(private readonly ctx: DeploymentContext) {
    this.watcher = new ServingWatcher(ctx, this);
    this.secrets = new ServiceSecrets(ctx);
  }

  async advance(held: HeldDeployment): Promise<Step> {
    const row = await readDeployment(this.ctx.db, held.id);
    if (row?.ticket !== held.ticket) {
      throw new TicketLostError('deployment', held.id);
    }
    const host = await this.hostOf(row);
    if (!host) {
      return this.wait(held, row, missingHost(row.executor));
    }
    switch (row.status) {
      case 'queued':
        return this.place(held, row);
      case 'starting':
        return this.bringUp(held, placed(row), host);
      case 'serving':
        return this.watcher.watch(held, placed(row), host);
      default:
        return { type: 'ended' };
    }
  }

  /** Drops what is remembered of a deployment that is no longer held. */
  forget(deploymentId: string): void {
    this.secrets.forget(deploymentId);
    this.plans.delete(deploymentId);
  }

  /** The host that keeps a deployment's service; its words have no secrets of the service in them. */
  async hostOf(row: DeploymentRow): Promise<ServiceHost | undefined> {
    const host = findServiceHost(this.ctx, row);
    return host && maskedHost(host, await this.secrets.masksOf(row));
  }

  /**
   * Starts the service that the row names, or finds it started. The caller's ticket may be lost by the time it runs:
   * then its handle is kept all the same, and cleaning removes it.
   */
  async startService(row: PlacedRow, host: ServiceHost): Promise<Handle> {
    const plan = await this.readPlan(row);
    const secrets = await this.secrets.give(row, plan);
    // The host of before does not know yet what to mask in an error.
    const masked = maskedHost(host, await this.secrets.masksOf(row));
    const handle = await masked.start(
      buildServiceSpec(this.ctx, row, plan, secrets),
    );
    const kept = await recordHandle(this.ctx.db, {
      id: row.id,
      serviceId: row.service_id,
      handle,
      startDeadlineAt: this.time(plan.serving.startupSeconds * 1000),
    });
    if (!kept) {
      await host.stop(handle);
      throw new TicketLostError('deployment', row.id);
    }
    return handle;
  }

  /** Asks a running service whether it can take predictions. */
  async probe(row: DeploymentRow, url: string): Promise<Probe> {
    const { serving } = await this.readPlan(row);
    const route = await routeTo(this.ctx, row);
    return probeHealth({
      upstream: { url, ...(route && { route }) },
      path: serving.health,
      timeout: this.ctx.settings.healthTimeout,
    });
  }

  /** Whether a service has had its time to become healthy. */
  async isLate(
    row: DeploymentRow,
    { startedAt }: Pick<RunningState, 'startedAt'>,
  ): Promise<boolean> {
    if (startedAt === undefined) {
      return this.isOver(row.start_deadline_at);
    }
    const { serving } = await this.readPlan(row);
    const due = Date.parse(startedAt) + serving.startupSeconds * 1000;
    return due <= this.ctx.now();
  }

  /** Announces a committed change. */
  announce(row: DeploymentRow, deploymentId: string = row.id): void {
    this.ctx.directory.invalidate({
      pipelineRef: row.pipeline_ref,
      environment: row.environment,
    });
    this.ctx.onChange({
      type: 'deployment',
      pipelineRef: row.pipeline_ref,
      deploymentId,
    });
  }

  private async place(held: HeldDeployment, row: DeploymentRow): Promise<Step> {
    const nodes = await this.ctx.executors.get(row.executor)?.inventory();
    const placement = await transact(this.ctx.db, async tx => {
      // The same lock as for attempts: what is placed one after another overbooks no node.
      await lockPlacement(tx);
      const choice = chooseNode({
        executor: row.executor,
        node: row.node ?? undefined,
        nodes: nodes ?? [],
        reserved: await sumReservedResources(tx),
        cordons: await listCordons(tx),
        request: {
          cpus: row.cpus,
          memoryBytes: Number(row.memory_bytes),
          gpus: row.gpus,
        },
        ...imageNodeOf(this.ctx, row),
      });
      if (choice.type === 'placed') {
        await placeDeployment(tx, held, {
          node: choice.node,
          ...(choice.gpuIds && { gpuIds: choice.gpuIds }),
          serviceId: randomUUID(),
          startDeadlineAt: this.time(this.ctx.settings.startLimit),
          at: this.time(),
        });
      }
      return choice;
    });
    if (placement.type === 'waits') {
      return this.wait(held, row, placement.reason);
    }
    this.announce(row);
    return { type: 'again', after: 0 };
  }

  private async bringUp(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
  ): Promise<Step> {
    if (row.handle) {
      return this.checkStartup(held, row, host, parseHandle(row.handle));
    }
    try {
      await this.startService(row, host);
    } catch (error) {
      if (error instanceof TicketLostError) {
        throw error;
      }
      const why = quoted(describeError(error));
      if (isRefusal(error)) {
        return this.fail(held, row, { reason: why, nothingStarted: true });
      }
      if (this.isOver(row.start_deadline_at)) {
        return this.fail(held, row, {
          reason: reason('deployment.notStarted', { error: why }),
        });
      }
      return this.wait(held, row, why);
    }
    return { type: 'again', after: 0 };
  }

  private async checkStartup(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
    handle: Handle,
  ): Promise<Step> {
    const state = await inspectService(host, handle);
    if (state.type === 'unknown') {
      return this.wait(held, row, toReason(state.reason));
    }
    if (state.type === 'pending') {
      return this.wait(held, row, toReason(state.reason));
    }
    const log = () => readLogEnd(host, handle, this.ctx.settings.logBytes);
    if (state.type === 'exited') {
      return this.fail(held, row, {
        reason: describeExit(state, { wasHealthy: false }),
        log: await log(),
      });
    }
    const probe = await this.probeAll(row, state);
    if (probe.healthy) {
      return this.takeOver(held, row, state);
    }
    if (await this.isLate(row, state)) {
      const { serving } = await this.readPlan(row);
      return this.fail(held, row, {
        reason: reason('deployment.notHealthyInTime', {
          limit: { seconds: serving.startupSeconds },
          probe: probe.reason,
        }),
        log: await log(),
      });
    }
    return { type: 'again', after: this.ctx.settings.startupInterval };
  }

  /** A service takes over with all of its replicas: fewer may not bear what the one before it bears. */
  private async probeAll(
    row: DeploymentRow,
    { url, replicas }: RunningState,
  ): Promise<Probe> {
    const missing = missingReplicas(replicas);
    return missing
      ? { healthy: false, reason: missing }
      : await this.probe(row, url);
  }

  private async takeOver(
    held: HeldDeployment,
    row: PlacedRow,
    { url, replicas }: RunningState,
  ): Promise<Step> {
    const { superseded } = await transact(this.ctx.db, tx =>
      takeOverEndpoint(tx, held, {
        pipelineRef: row.pipeline_ref,
        environment: row.environment,
        version: row.version,
        url,
        replicas: replicaColumns(row, replicas),
        at: this.time(),
      }),
    );
    this.announce(row);
    if (superseded) {
      this.announce(row, superseded);
    }
    return { type: 'again', after: this.ctx.settings.healthInterval };
  }

  private async fail(
    held: HeldDeployment,
    row: PlacedRow,
    failure: { reason: Reason; log?: string; nothingStarted?: boolean },
  ): Promise<Step> {
    await transact(this.ctx.db, tx =>
      failDeployment(tx, held, {
        ...failure,
        from: 'starting',
        at: this.time(),
      }),
    );
    this.announce(row);
    return { type: 'ended' };
  }

  /** Nothing can be done or known right now; shows so where people look at the deployment. */
  private async wait(
    held: HeldDeployment,
    row: DeploymentRow,
    why: Reason,
  ): Promise<Step> {
    if (row.reason !== formatReason(why)) {
      await recordWaiting(this.ctx.db, held, why);
      this.announce(row);
    }
    return { type: 'again', after: 2 * this.ctx.settings.pollInterval };
  }

  private async readPlan(row: DeploymentRow): Promise<ServicePlan> {
    const known = this.plans.get(row.id);
    if (known) {
      return known;
    }
    const plan = await readServicePlan(this.ctx, row);
    this.plans.set(row.id, plan);
    return plan;
  }

  private time(later = 0): string {
    return toTimestamp(this.ctx.now() + later);
  }

  private isOver(time: string | null): boolean {
    return time !== null && time <= this.time();
  }
}
