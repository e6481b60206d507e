import { artifactStoreContract } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { MemoryArtifactStore } from './MemoryArtifactStore';

artifactStoreContract('in memory', async () => {
  const store = new MemoryArtifactStore();
  return {
    store,
    async damage(digest) {
      const data = Buffer.from(store.blobs.get(digest) ?? '');
      data[0] += 1;
      store.blobs.set(digest, data);
    },
    async dispose() {
      store.blobs.clear();
    },
  };
});
