import { InputError } from '@backstage/errors';
import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { containerOf, STAGE, type Pod } from './podSchema';

// As registries define a reference: host and port, path, tag, digest
const HOST = '(?:[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*(?::\\d+)?\\/)?';
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^${HOST}${PART}(?:\\/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const DIGEST = /sha256:[0-9a-f]{64}$/;

/** Refuses a name that no engine takes, before anything is created. */
export function checkImage({
  image,
  stage,
}: Pick<AttemptSpec, 'image' | 'stage'>): void {
  if (!image) {
    throw new InputError(
      `Stage '${stage}' runs on kubernetes and needs an image: set 'image' for it or under 'defaults'`,
    );
  }
  if (image.length > 255 || !REFERENCE.test(image)) {
    throw new InputError(
      `Image '${image}' of stage '${stage}' is not a valid name, such as registry.example/team/tool:1.2`,
    );
  }
}

/** The image of a pod's stage by digest, once it is there. */
export function imageOf(pod: Pod): RanImage | undefined {
  const status = containerOf(pod, STAGE);
  const id = DIGEST.exec(status?.imageID ?? '')?.[0];
  if (!status || id === undefined) {
    return undefined;
  }
  const reference = status.imageID.replace(/^[a-z-]+:\/\//, '');
  return { id, ...(reference.includes('@') && { reference }) };
}
