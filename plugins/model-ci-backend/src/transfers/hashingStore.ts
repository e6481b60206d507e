import { createHash } from 'node:crypto';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';

/** Digests what it is given and keeps nothing of it. `demandSize` throws once there is more than there may be. */
export function hashingStore(
  demandSize: (size: number) => void,
): Pick<ArtifactStore, 'write'> {
  return {
    async write(content) {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        demandSize(size);
      }
      return { digest: `sha256:${hash.digest('hex')}`, size };
    },
  };
}
