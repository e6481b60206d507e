import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';
import type { EngineClient } from '../engines/EngineClient';

const containerSchema = z.object({
  Image: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
const imageSchema = z.object({
  RepoDigests: z.array(z.string()).nullish(),
});

/** The image of a container. Its tag may point at another one by now, its digest cannot. */
export async function imageOf(
  engine: Pick<EngineClient, 'call'>,
  containerId: string,
): Promise<RanImage> {
  return await engine.call(async docker => {
    const container = containerSchema.parse(
      await docker.getContainer(containerId).inspect(),
    );
    const id = container.Image;
    const { RepoDigests } = imageSchema.parse(
      await docker.getImage(id).inspect(),
    );
    // An image that was built or loaded on the engine's machine has no digest in a registry
    const reference = RepoDigests?.[0];
    return { id, ...(reference !== undefined && { reference }) };
  });
}
