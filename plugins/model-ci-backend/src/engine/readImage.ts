import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import { withinTime } from '../withinTime';
import type { AttemptLease } from './AttemptLease';
import type { LoadedAttempt } from './loadAttempt';

/** Provenance without the image is worth more than a run that waits for it. */
const PATIENCE_MS = 5_000;

/** What an attempt runs in, if its executor can say it soon; never rejects. */
export async function readImage(options: {
  lease: Pick<AttemptLease, 'attemptId' | 'warn'>;
  loaded: Pick<LoadedAttempt, 'executor'>;
  handle: Handle;
}): Promise<RanImage | undefined> {
  const { lease, loaded, handle } = options;
  try {
    const asked = loaded.executor.imageOf?.(handle);
    return asked && (await withinTime(asked, PATIENCE_MS));
  } catch (error) {
    lease.warn(`The image of attempt ${lease.attemptId} is not known`, error);
    return undefined;
  }
}
