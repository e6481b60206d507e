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

/**
 * Lets plugins of the backend read the embedded git host through `coreServices.urlReader`. A reader does not learn for whom it
 * reads: a plugin that reads whatever its users name would show them every repository, so that only some may.
 */
export const gitHostUrlReaderServiceFactory = createServiceFactory({
  service: urlReaderFactoriesServiceRef,
  deps: {
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
    plugin: coreServices.pluginMetadata,
  },
  async factory({ config, discovery, plugin }): Promise<ReaderFactory> {
    const { directory, readers, treeLimits } = readGitHostConfig(config);
    const gitBaseUrl = await discovery.getExternalBaseUrl('model-ci-git');
    return ({ treeResponseFactory }) => {
      const reader = new GitHostUrlReader({
        directory,
        gitBaseUrl,
        treeResponseFactory,
        limits: treeLimits,
        refusal: readers.includes(plugin.getId())
          ? undefined
          : mayNotRead(plugin.getId()),
      });
      return [{ reader, predicate: url => reader.handles(url) }];
    };
  },
});

function mayNotRead(plugin: string): string {
  return `The plugin '${plugin}' may not read the repositories of the embedded git host. If everybody who uses it may see all of them, add it to modelCi.git.readers`;
}
