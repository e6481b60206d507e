import type { UpgradeInstaller } from '../http/upgrades/UpgradeInstaller';
import { createHandOver } from '../replicas/createHandOver';
import { addRoutes } from './addRoutes';
import { createParts, type Parts } from './createParts';
import { createTriggers, type Triggers } from './createTriggers';
import type { ModelCiServices } from './ModelCiServices';
import { readSettings } from './readSettings';
import { scheduleTasks } from './scheduleTasks';

/** Puts the parts together, and lets them start and stop with the backend. */
export async function startModelCi(services: ModelCiServices): Promise<void> {
  const settings = readSettings(services);
  const parts = await createParts(services, settings);
  const triggers = createTriggers(services, settings, parts);
  const upgrades = addRoutes(services, settings, parts, triggers);
  addStart(services, parts, triggers, upgrades);
  addStop(services, parts, upgrades);
}

function addStart(
  services: ModelCiServices,
  parts: Parts,
  triggers: Triggers,
  upgrades: UpgradeInstaller,
): void {
  const { lifecycle } = services;
  const { analyses, channel, deployments, engine } = parts;
  lifecycle.addStartupHook(async () => {
    void upgrades.introduce(services.discovery);
    analyses.start();
    channel?.start();
    await engine.start();
    await deployments.loop.start();
    await triggers.subscribe();
    await scheduleTasks(services, parts, triggers);
  });
}

function addStop(
  { lifecycle, rootLifecycle }: ModelCiServices,
  { analyses, channel, deployments, engine, stopping }: Parts,
  upgrades: UpgradeInstaller,
): void {
  const handOver = createHandOver({
    engine,
    deployments: deployments.loop,
    channel,
  });
  // Before the delay after which the backend takes no requests any more: others work on in the meantime.
  rootLifecycle.addBeforeShutdownHook(handOver);
  lifecycle.addShutdownHook(async () => {
    stopping.abort();
    upgrades.remove();
    await handOver();
    await channel?.stop();
    await analyses.stop();
  });
}
