import { randomUUID } from 'node:crypto';
import {
  formatReason,
  reason,
  type Reason,
  toReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ServiceHost } from '@model-ci/backstage-plugin-model-ci-node';
import { beginRestart } from '../database/operations/deployments/beginRestart';
import type { HeldDeployment } from '../database/operations/deployments/held';
import { recordCrash } from '../database/operations/deployments/recordCrash';
import { recordHealth } from '../database/operations/deployments/recordHealth';
import { TicketLostError } from '../database/operations/ticket';
import type {
  DeploymentRow,
  ReplicaColumns,
} from '../database/tables/deployments';
import { transact } from '../database/transact';
import { restartDelay } from './backoff';
import { toTimestamp, type DeploymentContext } from './context';
import type { Probe } from './probeHealth';
import {
  describeExit,
  inspectService,
  missingReplicas,
  parseHandle,
  readLogEnd,
  replicaColumns,
  type RunningState,
} from './serviceHost';
import type { PlacedRow, Step } from './steps';
import { describeError } from '../describeError';

/**
 * Keeps a serving deployment alive: looks at its service, and starts a new one, later and later, after a
 * crash. It never ends the deployment: that is for people and for newer deployments.
 */
export class ServingWatcher {
  constructor(
    private readonly ctx: DeploymentContext,
    private readonly worker: {
      startService(row: PlacedRow, host: ServiceHost): Promise<unknown>;
      probe(row: DeploymentRow, url: string): Promise<Probe>;
      isLate(row: DeploymentRow, state: RunningState): Promise<boolean>;
      announce(row: DeploymentRow): void;
    },
  ) {}

  async watch(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
  ): Promise<Step> {
    if (row.next_restart_at) {
      const pause = Date.parse(row.next_restart_at) - this.ctx.now();
      return pause > 0
        ? { type: 'again', after: pause }
        : this.restart(held, row, host);
    }
    if (!row.handle) {
      // The replica that began this restart ended before it could keep the handle.
      return this.start(held, row, host);
    }
    const state = await inspectService(host, parseHandle(row.handle));
    switch (state.type) {
      case 'unknown':
        this.ctx.logger.debug(
          `Deployment ${row.id} cannot be looked at: ${
            toReason(state.reason).text
          }`,
        );
        return this.again();
      case 'exited':
        return this.crash(
          held,
          row,
          host,
          describeExit(state, { wasHealthy: true }),
        );
      case 'running':
        return this.check(held, row, host, state);
      case 'pending':
        return this.wait(held, row, toReason(state.reason));
      default:
        return this.again();
    }
  }

  /** Its host makes it anew, or is about to; what it says is shown where people would take it for healthy. */
  private async wait(
    held: HeldDeployment,
    row: PlacedRow,
    why: Reason,
  ): Promise<Step> {
    if (row.health !== 'restarting') {
      const isHealthy =
        row.url !== null && (await this.worker.probe(row, row.url)).healthy;
      await this.note(held, row, {
        health: isHealthy ? 'healthy' : 'unhealthy',
        url: row.url,
        reason: formatReason(why),
        healthy_since: isHealthy ? row.healthy_since : null,
        crashes: row.crashes,
        restarts: row.restarts,
        seen_restarts: row.seen_restarts,
        replicas_ready: row.replicas_ready,
        replicas_wanted: row.replicas_wanted,
      });
    }
    return { type: 'again', after: 2 * this.ctx.settings.pollInterval };
  }

  private async check(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
    state: RunningState,
  ): Promise<Step> {
    const missing = missingReplicas(state.replicas);
    const probe: Probe =
      missing && state.replicas?.ready === 0
        ? { healthy: false, reason: missing }
        : await this.worker.probe(row, state.url);
    if (probe.healthy) {
      return this.keepHealthy(held, row, state);
    }
    if (row.health === 'restarting') {
      return (await this.worker.isLate(row, state))
        ? this.crash(
            held,
            row,
            host,
            reason('deployment.notHealthyAgain', { probe: probe.reason }),
          )
        : { type: 'again', after: this.ctx.settings.startupInterval };
    }
    await this.note(held, row, {
      health: 'unhealthy',
      url: state.url,
      reason: formatReason(probe.reason),
      healthy_since: null,
      crashes: row.crashes,
      ...replicaColumns(row, state.replicas),
    });
    return this.again();
  }

  private async keepHealthy(
    held: HeldDeployment,
    row: PlacedRow,
    { url, replicas, notice }: RunningState,
  ): Promise<Step> {
    const since = row.healthy_since ?? this.time();
    const forgiven =
      row.crashes > 0 &&
      this.ctx.now() - Date.parse(since) >= this.ctx.settings.backoffReset;
    const told = missingReplicas(replicas) ?? notice;
    await this.note(held, row, {
      health: 'healthy',
      url,
      reason: told ? formatReason(told) : null,
      healthy_since: since,
      crashes: forgiven ? 0 : row.crashes,
      ...replicaColumns(row, replicas),
    });
    return this.again();
  }

  /** Keeps what a look has shown, where it differs from what is kept. */
  private async note(
    held: HeldDeployment,
    row: PlacedRow,
    seen: Pick<
      DeploymentRow,
      'health' | 'url' | 'reason' | 'healthy_since' | 'crashes'
    > &
      ReplicaColumns,
  ): Promise<void> {
    const differs = (names: Array<keyof typeof seen>) =>
      names.some(name => row[name] !== seen[name]);
    const isNews = differs([
      'health',
      'url',
      'reason',
      'restarts',
      'replicas_ready',
      'replicas_wanted',
    ]);
    if (isNews || differs(['crashes', 'seen_restarts'])) {
      await recordHealth(this.ctx.db, held, row.service_id, {
        ...seen,
        start_deadline_at: null,
      });
    }
    if (isNews) {
      this.worker.announce(row);
    }
  }

  private async crash(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
    why: Reason,
  ): Promise<Step> {
    const crashes = row.crashes + 1;
    const delay = restartDelay(crashes, this.ctx.settings);
    const log = row.handle
      ? await readLogEnd(
          host,
          parseHandle(row.handle),
          this.ctx.settings.logBytes,
        )
      : undefined;
    await transact(this.ctx.db, tx =>
      recordCrash(tx, held, {
        serviceId: row.service_id,
        reason: why,
        log,
        crashes,
        nextRestartAt: this.time(delay),
        at: this.time(),
      }),
    );
    this.worker.announce(row);
    return { type: 'again', after: delay };
  }

  private async restart(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
  ): Promise<Step> {
    if (!row.handle) {
      // Whether the last start had an effect is not known, so the same one is repeated rather than a second made.
      return this.start(held, row, host);
    }
    await host.stop(parseHandle(row.handle));
    const serviceId = randomUUID();
    await beginRestart(this.ctx.db, held, {
      row,
      serviceId,
      startDeadlineAt: this.time(this.ctx.settings.startLimit),
    });
    this.worker.announce(row);
    return this.start(
      held,
      { ...row, service_id: serviceId, handle: null },
      host,
    );
  }

  private async start(
    held: HeldDeployment,
    row: PlacedRow,
    host: ServiceHost,
  ): Promise<Step> {
    try {
      await this.worker.startService(row, host);
    } catch (error) {
      if (error instanceof TicketLostError) {
        throw error;
      }
      return this.crash(
        held,
        row,
        host,
        reason('deployment.notStartedAgain', { error: describeError(error) }),
      );
    }
    return { type: 'again', after: 0 };
  }

  private again(): Step {
    return { type: 'again', after: this.ctx.settings.healthInterval };
  }

  private time(later = 0): string {
    return toTimestamp(this.ctx.now() + later);
  }
}
