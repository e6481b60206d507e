import type {
  Handle,
  ServiceHost,
} from '@model-ci/backstage-plugin-model-ci-node';
import { listServicesToStop } from '../database/operations/deployments/listServicesToStop';
import { recordServiceStopped } from '../database/operations/deployments/recordServiceStopped';
import { TicketLostError } from '../database/operations/ticket';
import type { DeploymentRow } from '../database/tables/deployments';
import { toTimestamp, type DeploymentContext } from './context';
import type { DeploymentWorker } from './DeploymentWorker';
import { placed } from './steps';
import { isRefusal, parseHandle, readLogEnd } from './serviceHost';

/** Ended deployments that one step looks at. */
const BATCH = 500;

/**
 * Stops the services of ended deployments. It needs no claim: stopping is safe to repeat, also by several
 * replicas at once, and nothing brings an ended deployment back.
 */
export class ServiceCleaner {
  /** When a service that could not be stopped is tried again, by deployment. */
  private readonly retryAt = new Map<string, number>();

  constructor(
    private readonly ctx: DeploymentContext,
    private readonly worker: Pick<
      DeploymentWorker,
      'hostOf' | 'startService' | 'forget'
    >,
  ) {}

  /** One look at all of them; answers how many services were stopped. */
  async clean(): Promise<number> {
    const rows = await listServicesToStop(this.ctx.db, BATCH);
    const left = new Set(rows.map(({ id }) => id));
    for (const id of this.retryAt.keys()) {
      if (!left.has(id)) {
        this.retryAt.delete(id);
      }
    }
    const results = await Promise.all(
      rows.filter(row => this.isDue(row)).map(row => this.stop(row)),
    );
    return results.filter(Boolean).length;
  }

  private isDue(row: DeploymentRow): boolean {
    const { settings } = this.ctx;
    const now = this.ctx.now();
    if (now < (this.retryAt.get(row.id) ?? 0)) {
      return false;
    }
    const age = now - Date.parse(row.finished_at ?? row.created_at);
    if (!row.handle) {
      // Its starter may still be at it and then brings the handle by itself.
      return age >= settings.recoverAfter;
    }
    if (!row.serving_at) {
      return true;
    }
    return (
      age >= settings.settleDuration &&
      (this.ctx.directory.requestsTo(row.id) === 0 ||
        age >= settings.drainLimit)
    );
  }

  private async stop(row: DeploymentRow): Promise<boolean> {
    try {
      const host = await this.worker.hostOf(row);
      if (!host) {
        return false;
      }
      const handle = row.handle
        ? parseHandle(row.handle)
        : await this.findHandle(row, host);
      const log =
        handle && (await readLogEnd(host, handle, this.ctx.settings.logBytes));
      if (handle) {
        await host.stop(handle);
      }
      await recordServiceStopped(this.ctx.db, {
        id: row.id,
        log: log || undefined,
        at: toTimestamp(this.ctx.now()),
      });
      this.retryAt.delete(row.id);
      return true;
    } catch (error) {
      if (!(error instanceof TicketLostError)) {
        this.ctx.logger.warn(
          `The service of deployment ${row.id} could not be stopped and is tried again: ${error}`,
        );
      }
      this.retryAt.set(row.id, this.ctx.now() + this.ctx.settings.recoverAfter);
      return false;
    }
  }

  /**
   * A start never went well, or a replica ended between the start of a service and keeping its handle. Where the host
   * cannot remove it without one, repeating the start is the one way to learn the handle, and starts nothing twice; without it the service would run for ever.
   */
  private async findHandle(
    row: DeploymentRow,
    host: ServiceHost,
  ): Promise<Handle | undefined> {
    const service = placed(row);
    if (host.withdraw) {
      const { service_id: serviceId, node } = service;
      await host.withdraw({ serviceId, node });
      return undefined;
    }
    try {
      return await this.worker.startService(service, host);
    } catch (error) {
      if (isRefusal(error)) {
        return undefined;
      }
      throw error;
    } finally {
      this.worker.forget(row.id);
    }
  }
}
