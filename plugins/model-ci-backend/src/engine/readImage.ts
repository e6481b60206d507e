import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import { withinTime } from '../withinTime';
import type { Hold } from './Hold';
import type { Subject } from './subject';

/** Provenance without the image is worth more than a run that waits for it. */
const PATIENCE_MS = 5_000;

/** What an attempt runs in, if its executor can say it soon; never rejects. */
export async function readImage(options: {
  hold: Pick<Hold, 'attemptId' | 'warn'>;
  subject: Pick<Subject, 'executor'>;
  handle: Handle;
}): Promise<RanImage | undefined> {
  const { hold, subject, handle } = options;
  try {
    const asked = subject.executor.imageOf?.(handle);
    return asked && (await withinTime(asked, PATIENCE_MS));
  } catch (error) {
    hold.warn(`The image of attempt ${hold.attemptId} is not known`, error);
    return undefined;
  }
}
