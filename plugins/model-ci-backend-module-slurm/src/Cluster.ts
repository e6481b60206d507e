import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import type { Runner } from './commands/Runner';
import { Slurm } from './commands/Slurm';
import type { ClusterConfig } from './config';
import type { AttemptFiles } from './files/AttemptFiles';
import { RemoteFiles } from './files/RemoteFiles';
import { SharedFiles } from './files/SharedFiles';
import { JobWatch } from './jobs/JobWatch';
import { nodeInfo, unreachableNode } from './nodes/nodeInfo';
import { parseSinfo, SINFO_FORMAT } from './nodes/partitions';

const SWEEP_MS = 24 * 3600_000;

/** One Slurm cluster: its commands, its folders, and the look at its jobs. */
export class Cluster {
  readonly slurm: Slurm;
  readonly files: AttemptFiles;
  readonly watch: JobWatch;
  private prepared?: { at: number; done: Promise<void> };
  /** What sinfo said last. */
  private partitions: ReturnType<typeof parseSinfo> = new Map();

  constructor(
    readonly config: ClusterConfig,
    runner: Runner,
    private readonly onFailure?: (message: string) => void,
  ) {
    const { name, environment, directory, mountedAt, pollMs } = config;
    this.slurm = new Slurm(runner, environment);
    this.files =
      mountedAt === undefined
        ? new RemoteFiles(runner, directory)
        : new SharedFiles(mountedAt, (id, error) =>
            this.onFailure?.(
              `The folder of attempt ${id} on Slurm cluster '${name}' cannot be read, so its end is not known: ${error}`,
            ),
          );
    this.watch = new JobWatch({
      slurm: this.slurm,
      files: this.files,
      pollMs,
      now: Date.now,
      onFailure: error =>
        this.onFailure?.(
          `Slurm cluster '${name}' was not asked about its jobs, which go on: ${error}`,
        ),
    });
  }

  /** Makes the folder of all attempts, before anything is put there, and sweeps it each day. */
  async prepare(now = Date.now()): Promise<void> {
    if (!this.prepared || now - this.prepared.at > SWEEP_MS) {
      const done = this.files.sweep();
      this.prepared = { at: now, done };
      done.catch(() => {
        this.prepared = undefined;
      });
    }
    await this.prepared.done;
  }

  /** As the cluster's machines see it. */
  folderOf(attemptId: string): string {
    return `${this.config.directory}/attempts/${attemptId}`;
  }

  timeLimitOf(partition: string): number | undefined {
    return this.partitions.get(partition)?.timeLimitSeconds;
  }

  async inventory(): Promise<NodeInfo[]> {
    const { name, partitions } = this.config;
    try {
      this.partitions = parseSinfo(await this.slurm.partitions(SINFO_FORMAT));
      return partitions.map(partition =>
        nodeInfo(name, partition, this.partitions.get(partition.name)),
      );
    } catch (error) {
      return partitions.map(partition =>
        unreachableNode(name, partition, error),
      );
    }
  }
}
