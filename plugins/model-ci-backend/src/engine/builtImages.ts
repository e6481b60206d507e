import {
  reason,
  type BuiltImage,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { listBuiltImages } from '../database/operations/stages/listBuiltImages';
import type { LoadedAttempt } from './loadAttempt';

/**
 * Why a stage that builds an image cannot do so here. Definitions are checked before, unless no executor is named. A fork
 * would push with the portal's credentials, under tags that others pull, and fill the cache of their builds.
 */
export function refuseBuild({
  executor: { name, buildsImages },
  stage: { imageBuild },
  isUntrusted,
}: Pick<LoadedAttempt, 'executor' | 'stage' | 'isUntrusted'>):
  | Reason
  | undefined {
  if (!imageBuild) {
    return undefined;
  }
  if (isUntrusted) {
    return reason('image.untrusted');
  }
  return buildsImages
    ? undefined
    : reason('image.executorCannotBuild', { executor: name });
}

/** The image that an earlier stage has built for this one; undefined where it runs none of these. */
export async function findImage(
  db: Knex,
  { attempt, stage }: LoadedAttempt,
): Promise<
  | { type: 'found'; image: BuiltImage }
  | { type: 'missing'; reason: Reason }
  | undefined
> {
  if (stage.imageFrom === undefined) {
    return undefined;
  }
  const runId = attempt.run_id;
  const images = await listBuiltImages(db, { runIds: [runId] });
  const image = images.get(runId)?.get(stage.imageFrom);
  return image
    ? { type: 'found', image }
    : {
        type: 'missing',
        reason: reason('image.missing', { stage: stage.imageFrom }),
      };
}

/** Why there is no image, and by that who is to blame: the stage, or the platform. */
export interface BuildFailure {
  status: 'failed' | 'errored';
  reason: Reason;
}

/** What a build that has exited came to: its image, or why there is none. */
export async function readBuilt(
  options: {
    loaded: Pick<LoadedAttempt, 'executor' | 'stage'>;
    handle: Handle;
  },
  exitCode: number,
): Promise<{ image?: BuiltImage; failure?: BuildFailure }> {
  const { executor, stage } = options.loaded;
  if (!stage.imageBuild) {
    return {};
  }
  const built = await executor.built?.(options.handle);
  if (built && built.type !== 'image') {
    return { failure: { status: built.type, reason: built.reason } };
  }
  if (built && exitCode === 0) {
    return { image: built.image };
  }
  return exitCode === 0
    ? {
        failure: {
          status: 'failed',
          reason: reason('image.notReported', { executor: executor.name }),
        },
      }
    : {};
}
