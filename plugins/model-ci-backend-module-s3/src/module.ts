import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { artifactStoreExtensionPoint } from '@model-ci/backstage-plugin-model-ci-node';
import { readS3Settings } from './config';
import { S3ArtifactStore } from './S3ArtifactStore';

/** Keeps artifacts in the bucket that app-config names under `modelCi.storage.s3`, if it names one. */
export const modelCiModuleS3 = createBackendModule({
  pluginId: 'model-ci',
  moduleId: 's3',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        lifecycle: coreServices.lifecycle,
        artifactStore: artifactStoreExtensionPoint,
      },
      async init({ config, logger, lifecycle, artifactStore }) {
        const settings = readS3Settings(config);
        if (settings) {
          const store = await S3ArtifactStore.create({ settings, logger });
          lifecycle.addShutdownHook(() => store.dispose());
          artifactStore.setArtifactStore(store);
        }
      },
    });
  },
});
