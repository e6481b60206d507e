import { setTimeout as delay } from 'node:timers/promises';
import { ServiceUnavailableError } from '@backstage/errors';
import type { Controller } from '../Controller';
import { ignoreMissing, Stopper } from './Stopper';

/** Longest wait for builds to end; it is asked again. */
const REMOVAL_MS = 90_000;
const PAUSE_MS = 250;
/** What leaves the queue is in neither list for a moment. */
const CLEAN_LOOKS = 2;

/** Ends and removes whatever Jenkins has of an attempt. Rejects while it cannot be sure. */
export async function removeAll(
  controller: Controller,
  attemptId: string,
): Promise<void> {
  const deadline = Date.now() + REMOVAL_MS;
  const stoppers = new Map<number, Stopper>();
  for (let clean = 0; ; ) {
    const left = await removeEnded(controller, attemptId);
    clean = left.isEmpty ? clean + 1 : 0;
    if (clean >= CLEAN_LOOKS) {
      return;
    }
    for (const number of left.building) {
      const stopper =
        stoppers.get(number) ??
        new Stopper(controller.client, controller.buildPath(number));
      stoppers.set(number, stopper);
      await stopper.push(Date.now());
    }
    if (Date.now() > deadline) {
      throw new ServiceUnavailableError(
        `The build of attempt ${attemptId} on Jenkins '${controller.name}' was stopped, and has not ended yet`,
      );
    }
    await delay(PAUSE_MS);
  }
}

/** Takes it out of the queue, and removes its builds that have ended; answers what still runs. */
export async function removeEnded(
  controller: Controller,
  attemptId: string,
): Promise<{ isEmpty: boolean; building: number[] }> {
  const { client, watch } = controller;
  const seen = await watch.now();
  const items = seen.queued.get(attemptId) ?? [];
  const builds = seen.builds.get(attemptId) ?? [];
  for (const { id } of items) {
    await cancelItem(controller, id);
  }
  for (const { number, building } of builds) {
    if (!building) {
      await ignoreMissing(
        client.post(`${controller.buildPath(number)}/doDelete`),
      );
    }
  }
  return {
    isEmpty: items.length === 0 && builds.length === 0,
    building: builds
      .filter(({ building }) => building)
      .map(({ number }) => number),
  };
}

export async function cancelItem(
  { client }: Pick<Controller, 'client'>,
  id: number,
): Promise<void> {
  await ignoreMissing(client.post('queue/cancelItem', {}, { id: String(id) }));
}
