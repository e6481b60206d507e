import {
  type ReaderFactory,
  urlReaderFactoriesServiceRef,
} from '@backstage/backend-defaults/urlReader';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { readGitHostConfig } from '../config';
import { GitHostUrlReader } from './GitHostUrlReader';

/** Lets every plugin of the backend read the embedded git host through `coreServices.urlReader`. */
export const gitHostUrlReaderServiceFactory = createServiceFactory({
  service: urlReaderFactoriesServiceRef,
  deps: {
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
  },
  async factory({ config, discovery }): Promise<ReaderFactory> {
    const { directory, treeLimits } = readGitHostConfig(config);
    const gitBaseUrl = await discovery.getExternalBaseUrl('model-ci-git');
    return ({ treeResponseFactory }) => {
      const reader = new GitHostUrlReader({
        directory,
        gitBaseUrl,
        treeResponseFactory,
        limits: treeLimits,
      });
      return [{ reader, predicate: url => reader.handles(url) }];
    };
  },
});
