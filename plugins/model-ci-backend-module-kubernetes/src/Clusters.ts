import { InputError } from '@backstage/errors';
import type {
  FoundAttempt,
  NodeInfo,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Cluster, type ClusterSeams } from './cluster/Cluster';
import type { ClusterConfig } from './config';
import { inventoryOf } from './inventory';
import { foundAttempts } from './pods/foundAttempts';

/** The clusters of the config, each by its name. */
export class Clusters {
  private readonly clusters: Cluster[];

  constructor(configs: ClusterConfig[], seams: ClusterSeams = {}) {
    this.clusters = configs.map(config => Cluster.connect(config, seams));
  }

  get(name: string): Cluster {
    const found = this.clusters.find(cluster => cluster.name === name);
    if (!found) {
      throw new InputError(
        `There is no kubernetes cluster '${name}' (modelCi.executors.kubernetes.clusters)`,
      );
    }
    return found;
  }

  /** Whether any of them builds images. */
  get buildsImages(): boolean {
    return this.clusters.some(({ config }) => config.imageBuilds !== undefined);
  }

  async inventory(): Promise<NodeInfo[]> {
    return await Promise.all(this.clusters.map(inventoryOf));
  }

  /** A cluster that does not answer keeps nobody from what others have. */
  async listAttempts(): Promise<FoundAttempt[]> {
    const found = await Promise.all(
      this.clusters.map(async cluster => {
        try {
          return await foundAttempts(cluster);
        } catch (error) {
          cluster.warn(`What is left of attempts cannot be listed: ${error}`);
          return [];
        }
      }),
    );
    return found.flat();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.clusters.map(cluster => cluster.dispose()));
  }
}
