import type { Readable } from 'node:stream';
import {
  InputError,
  isError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type {
  AttemptSpec,
  Executor,
  GrowingFile,
  Handle,
  LogChunk,
  NodeInfo,
  Outcome,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { Cluster } from './Cluster';
import type { PartitionConfig } from './config';
import { jobOptionsSchema } from './jobOptions';
import { firstFiles, planSchema } from './jobs/attemptFolder';
import {
  drawSecret,
  exitProofSchema,
  killNote,
  type KillReason,
} from './jobs/exitRecord';
import { sbatchArguments } from './jobs/sbatchArguments';
import { followLog } from './logs/followLog';

const handleSchema = z.object({
  cluster: z.string(),
  attemptId: z.string(),
  /** Digests of what its batch script writes at its end. */
  proof: exitProofSchema,
  /** What a kill is noted with, so that the stage cannot have noted it. */
  killKey: z.string().optional(),
  maxLogBytes: z.number(),
});

type SlurmHandle = z.infer<typeof handleSchema>;

/** Longest wait for jobs to end that were cancelled: Slurm's `KillWait`, an epilog. Not configurable: it is asked again. */
const WITHDRAWAL_MS = 90_000;
const WITHDRAWAL_POLL_MS = 500;

/** Runs each attempt as one batch job of a Slurm cluster. It has no state of its own worth keeping. */
export class SlurmExecutor implements Executor {
  readonly name = 'slurm';
  readonly takesSecrets = true;
  readonly stageOptions = jobOptionsSchema;
  private readonly starting = new Map<string, Promise<Handle>>();
  /** Of which no job runs any more. */
  private readonly ended = new Set<string>();

  constructor(private readonly clusters: Cluster[]) {}

  async submit(spec: AttemptSpec): Promise<Handle> {
    let start = this.starting.get(spec.attemptId);
    if (!start) {
      start = this.start(spec).finally(() =>
        this.starting.delete(spec.attemptId),
      );
      this.starting.set(spec.attemptId, start);
    }
    return await start;
  }

  async observe(
    handle: Handle,
    signal: AbortSignal,
    onPhase?: (phase: Phase) => void,
  ): Promise<Outcome> {
    const { attempt, cluster } = this.find(handle);
    const outcome = await cluster.watch.outcome(attempt, signal, onPhase);
    this.ended.add(attempt.attemptId);
    return outcome;
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk> {
    const { attempt, cluster } = this.find(handle);
    const { attemptId, maxLogBytes } = attempt;
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    try {
      yield* followLog({
        offset,
        maxBytes: maxLogBytes,
        read: (at, most) => cluster.files.readLog(attemptId, at, most),
        ended: cluster.watch.outcome(attempt, either),
        onLimit: () => this.cancel(handle, 'log-limit'),
        signal,
      });
    } finally {
      done.abort();
    }
  }

  async collect(handle: Handle, path: string): Promise<Readable> {
    const { attempt, cluster } = this.find(handle);
    return await cluster.files.collect(attempt.attemptId, path);
  }

  async *peek(
    handle: Handle,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    const { attempt, cluster } = this.find(handle);
    yield* cluster.files.peek(attempt.attemptId, path, signal);
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    const { attempt, cluster } = this.find(handle);
    const { attemptId } = attempt;
    if (await isActive(cluster, attemptId)) {
      // On disk before the kill, so that it outlives the backend
      const note = killNote(reason, attempt.killKey);
      await cluster.files.noteKill(attemptId, note);
      await cluster.slurm.cancel(attemptId);
    }
  }

  async withdraw({
    attemptId,
    node,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    const { cluster } = this.partition(node);
    // One that is about to be submitted is waited for, and then found
    await this.starting.get(attemptId)?.catch(() => {});
    checkId(attemptId);
    await cluster.prepare();
    // Before its job is looked for: an upload that is still under way somewhere brings no other one
    await cluster.files.close(attemptId);
    await cluster.files.noteKill(attemptId, killNote('cancelled'));
    await cluster.slurm.cancel(attemptId);
    await untilInactive(cluster, attemptId);
    await this.forget(cluster, attemptId);
  }

  async cleanup(handle: Handle): Promise<void> {
    const { attempt, cluster } = this.find(handle);
    const { attemptId } = attempt;
    if (!this.ended.has(attemptId)) {
      await cluster.slurm.cancel(attemptId);
    }
    await this.forget(cluster, attemptId);
  }

  async inventory(): Promise<NodeInfo[]> {
    const nodes = await Promise.all(
      this.clusters.map(cluster => cluster.inventory()),
    );
    return nodes.flat();
  }

  /** Makes the folders of all attempts, and removes what a backend that was killed has left half-made; to be called at the start. */
  async sweep(onFailure: (cluster: string, error: unknown) => void) {
    await Promise.all(
      this.clusters.map(cluster =>
        cluster.prepare().catch(error => onFailure(cluster.config.name, error)),
      ),
    );
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    const { cluster, partition } = this.partition(spec.node);
    const { attemptId, maxLogBytes } = spec;
    const folder = cluster.folderOf(attemptId);
    const files = check(spec, cluster, folder);
    await cluster.prepare();
    if (!(await cluster.files.exists(attemptId))) {
      await cluster.files.create(attemptId, files, spec.workspace);
    }
    const sbatch = sbatchArguments({
      ...{ spec, folder, partition: partition.name },
      timeLimitSeconds: cluster.timeLimitOf(partition.name),
      commandVariables: Object.keys(cluster.config.environment),
      options: {
        ...partition.options,
        ...jobOptionsSchema.parse(spec.options ?? {}),
      },
    });
    try {
      const plan = await cluster.slurm.submit({ attemptId, folder }, sbatch);
      const { proof } = planSchema.parse(JSON.parse(plan));
      return {
        ...{ cluster: cluster.config.name, attemptId, proof, maxLogBytes },
        killKey: drawSecret(),
      };
    } catch (error) {
      if (isError(error) && error.name === 'InputError') {
        await cluster.files.remove(attemptId);
      }
      throw error;
    }
  }

  private partition(node: string): {
    cluster: Cluster;
    partition: PartitionConfig;
  } {
    for (const cluster of this.clusters) {
      const partition = cluster.config.partitions.find(
        candidate => candidate.node === node,
      );
      if (partition) {
        return { cluster, partition };
      }
    }
    throw new InputError(`The slurm executor has no node '${node}'`);
  }

  private find(handle: Handle): { attempt: SlurmHandle; cluster: Cluster } {
    const attempt = handleSchema.parse(handle);
    const cluster = this.clusters.find(
      ({ config }) => config.name === attempt.cluster,
    );
    if (!cluster) {
      throw new ServiceUnavailableError(
        `Attempt ${attempt.attemptId} runs on Slurm cluster '${attempt.cluster}', which is not configured any more: put it back under modelCi.executors.slurm.clusters`,
      );
    }
    return { attempt, cluster };
  }

  private async forget(cluster: Cluster, attemptId: string): Promise<void> {
    await cluster.files.remove(attemptId);
    this.ended.delete(attemptId);
  }
}

/** What is beside the workspace; rejects what cannot be run. */
function check(spec: AttemptSpec, { config }: Cluster, folder: string) {
  checkId(spec.attemptId);
  if (spec.network === 'none') {
    throw new InputError(
      `Stage '${spec.stage}' asks for 'network: none', which Slurm cannot hold a job to: set 'executor: docker' for it, or remove 'network'`,
    );
  }
  return firstFiles(spec, folder, config.containerCommand);
}

/** It names a folder and a job. */
function checkId(attemptId: string): void {
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(attemptId)) {
    throw new InputError(
      `Id '${attemptId}' cannot name a job: use letters, digits, '_', '-'`,
    );
  }
}

async function isActive(cluster: Cluster, attemptId: string): Promise<boolean> {
  const jobs = await cluster.slurm.queue(attemptId);
  return jobs.some(({ state }) => state.type !== 'final');
}

async function untilInactive(
  cluster: Cluster,
  attemptId: string,
): Promise<void> {
  const deadline = Date.now() + WITHDRAWAL_MS;
  while (await isActive(cluster, attemptId)) {
    if (Date.now() > deadline) {
      throw new ServiceUnavailableError(
        `The Slurm job of attempt ${attemptId} was cancelled, and has not ended yet`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, WITHDRAWAL_POLL_MS));
  }
}
