import { InputError, ServiceUnavailableError } from '@backstage/errors';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  GpuTools,
  type NodeInfo,
  type RequestedResources,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { EngineConfig } from './config';
import { DockerEngine } from './engines/DockerEngine';
import { demandFree, freeGpus } from './engines/freeGpus';

/** The configured engines, by name. */
export class Engines {
  private readonly engines: Map<string, DockerEngine>;
  private readonly absent = new Set<string>();
  private lastGpuStart: Promise<unknown> = Promise.resolve();

  constructor(
    configs: EngineConfig[],
    private readonly logger?: Pick<LoggerService, 'info'>,
    /** Of this machine, on which engines with a socket are. */
    gpuTools: Pick<GpuTools, 'devices' | 'readings'> = new GpuTools(),
  ) {
    this.engines = new Map(
      configs.map(config => [
        config.name,
        new DockerEngine(
          config,
          config.address.type === 'socket' ? gpuTools : undefined,
        ),
      ]),
    );
  }

  /** The engine of a handle, whether or not it answers. */
  get(name: string): DockerEngine {
    const engine = this.engines.get(name);
    if (!engine) {
      const known = [...this.engines.keys()].join("', '");
      throw new InputError(
        `There is no docker engine '${name}', only '${known}': see modelCi.executors.docker.engines`,
      );
    }
    return engine;
  }

  /** An engine to start something on. */
  async getPresent(name: string): Promise<DockerEngine> {
    const engine = this.get(name);
    if (!(await engine.present())) {
      throw new ServiceUnavailableError(
        `Docker engine '${name}' is not running on this machine: start it, or place the stage elsewhere`,
      );
    }
    return engine;
  }

  async inventory(): Promise<NodeInfo[]> {
    const nodes = await Promise.all(
      [...this.engines.values()].map(async engine =>
        (await this.isShown(engine)) ? [await this.look(engine)] : [],
      ),
    );
    return nodes.flat();
  }

  /** Removes networks that wait for the next attempt; what runs goes on. */
  async dispose(): Promise<void> {
    await Promise.all(
      [...this.engines.values()]
        .flatMap(({ sandboxes }) => Object.values(sandboxes))
        .map(pool => pool.dispose()),
    );
  }

  /**
   * Starts a container with the GPUs that it was given. None of them may be in another container of ours, such as one
   * that came back with a lost node, or that an earlier release started. Where none were given, free ones are chosen. One at a time, since a GPU is held from the moment that a container with its label exists.
   *
   * @param holder - id of the attempt or service; its own container may be there already
   */
  async withGpus<T>(
    engine: DockerEngine,
    { gpus: count = 0, gpuIds }: RequestedResources,
    holder: string,
    start: (gpus: string[]) => Promise<T>,
  ): Promise<T> {
    if (count === 0) {
      return start([]);
    }
    const before = this.lastGpuStart;
    const started = before
      .catch(() => {})
      .then(async () =>
        start(
          gpuIds
            ? await demandFree(engine, gpuIds, holder)
            : await freeGpus(engine, count, holder),
        ),
      );
    this.lastGpuStart = started;
    return started;
  }

  private async look(engine: DockerEngine): Promise<NodeInfo> {
    const node = await engine.node();
    if (node.health === 'healthy') {
      engine.sweepSometimes();
    }
    return node;
  }

  private async isShown(engine: DockerEngine): Promise<boolean> {
    if (await engine.present()) {
      this.absent.delete(engine.name);
      return true;
    }
    if (!this.absent.has(engine.name)) {
      this.absent.add(engine.name);
      this.logger?.info(
        `Docker engine '${engine.name}' is optional and not running; it is left out until its socket is there`,
      );
    }
    return false;
  }
}
