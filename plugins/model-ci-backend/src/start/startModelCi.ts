import {
  acknowledgePush,
  PUSH_TOPIC,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { UpgradeInstaller } from '../http/upgrades/UpgradeInstaller';
import { PushTrigger } from '../pipelines/PushTrigger';
import { createHandOver } from '../replicas/createHandOver';
import { addRoutes } from './addRoutes';
import { createParts, type Parts } from './createParts';
import type { ModelCiServices } from './ModelCiServices';
import { readSettings } from './readSettings';
import { scheduleTasks } from './scheduleTasks';

/** Puts the parts together, and lets them start and stop with the backend. */
export async function startModelCi(services: ModelCiServices): Promise<void> {
  const settings = readSettings(services);
  const parts = await createParts(services, settings);
  const upgrades = addRoutes(services, settings, parts);
  addStart(services, parts, upgrades);
  addStop(services, parts, upgrades);
}

function addStart(
  services: ModelCiServices,
  parts: Parts,
  upgrades: UpgradeInstaller,
): void {
  const { events, lifecycle, logger } = services;
  const { analyses, channel, definitions, deployments, engine } = parts;
  const pushes = new PushTrigger({
    pipelines: parts.pipelines,
    runs: parts.runs,
    definitions,
    acknowledge: push => acknowledgePush(events, push),
    logger,
  });
  lifecycle.addStartupHook(async () => {
    void upgrades.introduce(services.discovery);
    analyses.start();
    channel?.start();
    await engine.start();
    await deployments.loop.start();
    await events.subscribe({
      id: 'model-ci',
      topics: [PUSH_TOPIC],
      onEvent: event => pushes.onEvent(event.eventPayload),
    });
    await scheduleTasks(services, parts);
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
