import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import { GIT_CONFIG_KEY } from './config';
import { modelCiGitPlugin } from './plugin';
import { gitHostUrlReaderServiceFactory } from './urlReader/serviceFactory';

/** Brings the git host and the reader of its repositories, where app-config asks for them. */
export default createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  *loader({ config }) {
    if (config.has(GIT_CONFIG_KEY)) {
      yield modelCiGitPlugin;
      yield gitHostUrlReaderServiceFactory;
    }
  },
});
