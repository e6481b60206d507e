import { ApprovalNotifier } from '../notifications/ApprovalNotifier';
import { FailureNotifier } from '../notifications/FailureNotifier';
import { PlacementNotifier } from '../notifications/PlacementNotifier';
import type { Parts } from './createParts';
import type { Triggers } from './createTriggers';
import type { ModelCiServices } from './ModelCiServices';

/** What is done again and again, by one replica each time, beside the loops of engine and deployments. */
export async function scheduleTasks(
  services: ModelCiServices,
  parts: Parts,
  triggers: Triggers,
): Promise<void> {
  await syncPipelines(services, parts);
  await retryDeliveries(services, triggers);
  await startScheduledRuns(services, triggers);
  await checkSources(services, triggers);
  await reportStatuses(services, triggers);
  await sweepArtifacts(services, parts);
  await endSilentRuns(services, parts);
  await notify(services, parts);
}

async function syncPipelines(
  { scheduler, logger }: ModelCiServices,
  { pipelines }: Parts,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'sync-pipelines',
    frequency: { seconds: 30 },
    timeout: { minutes: 10 },
    scope: 'global',
    fn: signal => pipelines.sync(signal),
  });
  // The task above waits for its turn, which another replica or the process before may just have taken.
  pipelines
    .sync()
    .catch(error =>
      logger.info(
        `The catalog does not answer yet; its pipelines are read again in a moment: ${error}`,
      ),
    );
}

async function retryDeliveries(
  { scheduler }: ModelCiServices,
  { deliveries }: Triggers,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'retry-deliveries',
    frequency: { seconds: 30 },
    timeout: { minutes: 30 },
    scope: 'global',
    fn: () => deliveries.workDue(),
  });
}

async function startScheduledRuns(
  { scheduler }: ModelCiServices,
  { schedules }: Triggers,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'start-scheduled-runs',
    frequency: { seconds: 10 },
    timeout: { minutes: 10 },
    scope: 'global',
    fn: signal => schedules.check(signal),
  });
}

async function checkSources(
  { scheduler }: ModelCiServices,
  { sources }: Triggers,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'check-sources',
    frequency: { seconds: 30 },
    timeout: { minutes: 5 },
    scope: 'global',
    fn: async signal => {
      await sources.checkDue(signal);
    },
  });
}

async function endSilentRuns(
  { scheduler }: ModelCiServices,
  { externalRuns }: Parts,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'end-silent-runs',
    frequency: { minutes: 1 },
    timeout: { minutes: 5 },
    scope: 'global',
    fn: async () => {
      await externalRuns.endSilent();
    },
  });
}

async function reportStatuses(
  { scheduler }: ModelCiServices,
  { comments, statuses }: Triggers,
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'report-statuses',
    frequency: { seconds: 15 },
    timeout: { minutes: 30 },
    scope: 'global',
    fn: () => statuses.check(),
  });
  if (comments) {
    await scheduler.scheduleTask({
      id: 'comment-on-requests',
      frequency: { seconds: 15 },
      timeout: { minutes: 30 },
      scope: 'global',
      fn: () => comments.check(),
    });
  }
}

async function sweepArtifacts(
  { scheduler }: ModelCiServices,
  { artifactStore }: Parts,
): Promise<void> {
  if (artifactStore.sweep) {
    await scheduler.scheduleTask({
      id: 'sweep-artifacts',
      frequency: { hours: 24 },
      timeout: { hours: 1 },
      // Each machine knows which of its own writes are dead, and does so at its start
      scope: 'local',
      fn: async () => {
        await artifactStore.sweep?.();
      },
    });
  }
}

async function notify(
  services: ModelCiServices,
  { db, engine }: Parts,
): Promise<void> {
  const { logger, notifications, scheduler } = services;
  const approvals = new ApprovalNotifier({ db, notifications, logger });
  const failures = new FailureNotifier({ ...services, db });
  const placements = new PlacementNotifier({
    db,
    nodes: engine.nodes,
    notifications,
    logger,
  });
  await scheduler.scheduleTask({
    id: 'tell-unplaceable',
    frequency: { seconds: 30 },
    timeout: { minutes: 1 },
    scope: 'global',
    fn: async () => {
      await approvals.check();
      await placements.check();
    },
  });
  await scheduler.scheduleTask({
    id: 'tell-failures',
    frequency: { minutes: 1 },
    timeout: { minutes: 1 },
    scope: 'global',
    fn: () => failures.check(),
  });
}
