import type { Config } from '@backstage/config';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { FileSystemArtifactStore } from '../storage/FileSystemArtifactStore';

/** The folder that app-config names, where no module brought another store. */
export async function createArtifactStore(
  config: Config,
): Promise<ArtifactStore> {
  const directory = config.getOptionalString('modelCi.storage.directory');
  if (!directory) {
    throw new Error(
      `Missing required config value at 'modelCi.storage.directory': name a folder for artifacts and logs that every replica of the backend shares, or install a module with another artifact store`,
    );
  }
  return await FileSystemArtifactStore.create({ directory });
}
