import { artifactStoreContract } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { MemoryArtifactStore } from './MemoryArtifactStore';

const create = async () => {
  const store = new MemoryArtifactStore();
  return {
    store,
    async damage(digest: string) {
      const data = Buffer.from(store.blobs.get(digest) ?? '');
      data[0] += 1;
      store.blobs.set(digest, data);
    },
    async dispose() {
      store.blobs.clear();
    },
  };
};

artifactStoreContract('in memory', {
  features: { signsUrls: false, sweeps: false },
  create,
});
