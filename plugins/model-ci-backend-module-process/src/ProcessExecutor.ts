import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ConflictError, InputError } from '@backstage/errors';
import {
  atDeadline,
  growingFiles,
  GpuTools,
  offerGpus,
  packPath,
  unpackParts,
  untilAborted,
  type AttemptSpec,
  type Executor,
  type GpuReading,
  type GrowingFile,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { demandFolder, folderOf, removeFolder } from './attempts/folder';
import { followLog } from './attempts/followLog';
import { noteKillReason, settle, type KillReason } from './attempts/settle';
import { sweepFolders } from './attempts/sweepFolders';
import { startIn } from './attempts/startIn';
import { ATTEMPT_SUPERVISOR } from './attempts/supervisor';
import type { ProcessConfig } from './config';
import {
  directoryIdentityOf,
  type DirectoryIdentity,
} from './directoryIdentity';
import { ExitWatch } from './processes/ExitWatch';
import { isAlive } from './processes/identity';
import { killTree } from './processes/killTree';
import {
  findStarted,
  startedSchema,
  startSupervisor,
} from './processes/startSupervisor';
import { ProcessServices } from './services/ProcessServices';
import { visibleGpus } from './processes/visibleGpus';
import { giveTo } from './workspace/giveTo';

const handleSchema = startedSchema.extend({
  attemptId: z.string(),
  /** Of the folder and machine that it runs in; absent for what an earlier version of this module started. */
  directoryId: z.string().optional(),
  timeoutSeconds: z.number(),
  maxLogBytes: z.number(),
  /** Devices that it sees; absent where it was given none. */
  gpuIds: z.array(z.string()).optional(),
});

type ProcessHandle = z.infer<typeof handleSchema>;

/** Runs attempts as processes of the backend's own machine, as the backend's own user. */
export class ProcessExecutor implements Executor {
  readonly name = 'process';
  readonly takesSecrets = true;
  readonly services: ProcessServices;
  private readonly exits = new ExitWatch();
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly outcomes = new Map<string, Promise<Outcome>>();
  /** Attempts of which nothing runs any more. */
  private readonly gone = new Set<string>();
  private readonly parent: string;
  private readonly identity: () => Promise<DirectoryIdentity>;

  constructor(
    private readonly config: ProcessConfig,
    private readonly gpus: Pick<
      GpuTools,
      'devices' | 'readings'
    > = new GpuTools(),
  ) {
    this.parent = join(config.directory, 'attempts');
    this.identity = directoryIdentityOf(config.directory);
    this.services = new ProcessServices(config, this.identity, gpus);
  }

  async submit(spec: AttemptSpec): Promise<Handle> {
    let start = this.starting.get(spec.attemptId);
    if (!start) {
      start = this.start(spec).finally(() =>
        this.starting.delete(spec.attemptId),
      );
      this.starting.set(spec.attemptId, start);
    }
    return start;
  }

  async observe(handle: Handle, signal: AbortSignal): Promise<Outcome> {
    const attempt = handleSchema.parse(handle);
    if (await this.isElsewhere(attempt)) {
      // Nothing can be known of it here, so nothing has ended
      return untilAborted(new Promise<never>(() => {}), signal);
    }
    const callOff = atDeadline(
      attempt.startedAt + attempt.timeoutSeconds * 1000,
      () => this.cancel(handle, 'timeout'),
    );
    try {
      return await untilAborted(this.outcome(attempt), signal);
    } finally {
      callOff();
    }
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk> {
    const attempt = await this.own(handle);
    yield* followLog({
      path: this.folder(attempt.attemptId).log,
      offset,
      maxBytes: attempt.maxLogBytes,
      ended: this.outcome(attempt).then(() => {}),
      onLimit: () => this.cancel(handle, 'log-limit'),
      signal,
    });
  }

  async collect(handle: Handle, path: string): Promise<Readable> {
    const { attemptId } = await this.own(handle);
    const folder = this.folder(attemptId);
    try {
      return await packPath(folder.workspace, path);
    } catch (error) {
      // Its artifact is missing only where the attempt itself is not
      await demandFolder(folder);
      throw error;
    }
  }

  async *peek(
    handle: Handle,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    const { attemptId } = await this.own(handle);
    yield* growingFiles(this.folder(attemptId).workspace, path, signal);
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    const attempt = await this.own(handle);
    if (!isAlive(attempt.supervisor)) {
      return;
    }
    try {
      // On disk before the kill, so that it outlives the backend
      await noteKillReason(this.folder(attempt.attemptId), reason);
    } finally {
      // Whatever became of its folder
      await this.kill(attempt);
    }
  }

  async withdraw({
    attemptId,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    // One that is about to start is waited for, and then found
    await this.starting.get(attemptId)?.catch(() => {});
    const folder = this.folder(attemptId);
    const started = await findStarted(folder);
    await killTree({ ...started, id: attemptId, folder: folder.root });
    await this.forget(attemptId);
  }

  async cleanup(handle: Handle): Promise<void> {
    const attempt = await this.own(handle);
    if (!this.gone.has(attempt.attemptId)) {
      await this.kill(attempt);
    }
    await this.forget(attempt.attemptId);
  }

  /**
   * Removes what a backend that was killed has left half-made; to be called at the start.
   *
   * @param onLeft - is called with each folder that cannot be judged, which is left alone
   */
  async sweep(
    now: number,
    onLeft: (folder: string, error: unknown) => void = () => {},
  ): Promise<number> {
    const parents = [this.parent, join(this.config.directory, 'services')];
    const swept = await Promise.all(
      parents.map(parent => sweepFolders(parent, now, onLeft)),
    );
    return swept.reduce((sum, count) => sum + count, 0);
  }

  async gpuReadings(handle: Handle): Promise<GpuReading[]> {
    const { gpuIds = [] } = handleSchema.parse(handle);
    const readings = await this.gpus.readings();
    return readings.filter(({ id }) => gpuIds.includes(id));
  }

  async inventory(): Promise<NodeInfo[]> {
    const { name, labels, capacity, gpus: configured } = this.config.node;
    const found = await this.gpus.devices();
    const gpus = offerGpus(found, configured);
    return [
      {
        name,
        labels,
        capacity: { ...capacity, gpus: gpus.length },
        ...(gpus.length > 0 && { gpuDevices: gpus }),
        health: 'healthy',
        ...(found.message !== undefined && { message: found.message }),
      },
    ];
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    this.check(spec);
    const folder = this.folder(spec.attemptId);
    const { id: directoryId } = await this.identity();
    const { supervisor, startedAt, proof, controlGroup } =
      (await findStarted(folder)) ?? (await this.startAnew(spec));
    return {
      attemptId: spec.attemptId,
      directoryId,
      supervisor: { ...supervisor },
      ...(proof && { proof: { ...proof } }),
      ...(controlGroup && { controlGroup }),
      startedAt,
      timeoutSeconds: spec.timeoutSeconds,
      maxLogBytes: spec.maxLogBytes,
      ...(spec.resources.gpuIds && { gpuIds: spec.resources.gpuIds }),
    };
  }

  private async startAnew(spec: AttemptSpec) {
    const { attemptId, script, shell, timeoutSeconds, maxLogBytes } = spec;
    const env = { ...spec.env, ...spec.secrets };
    const folder = this.folder(attemptId);
    const visible = await visibleGpus(spec.resources, this.gpus);
    return await startIn(folder, attemptId, async reservation => {
      const started = await startSupervisor({
        folder,
        reservation,
        id: attemptId,
        prepare: async () => {
          await unpackParts(folder.workspace, spec.workspace);
          await giveTo(this.config.user, folder);
        },
        supervisor: ATTEMPT_SUPERVISOR,
        limits: [timeoutSeconds, maxLogBytes],
        script,
        shell,
        env: { ...env, ...visible },
        user: this.config.user,
      });
      this.exits.adopt(attemptId, started.supervisor, started.child);
      return started;
    });
  }

  private check(spec: AttemptSpec): void {
    if (spec.node !== this.config.node.name) {
      throw new InputError(
        `The process executor has no node '${spec.node}', only '${this.config.node.name}'`,
      );
    }
    if (spec.network === 'none') {
      throw new InputError(
        `Stage '${spec.stage}' asks for 'network: none', which a plain process cannot be held to: set 'executor: docker' for it, or remove 'network'`,
      );
    }
  }

  /** Resolves when everything of the attempt is gone. */
  private outcome(attempt: ProcessHandle): Promise<Outcome> {
    const { attemptId, supervisor, maxLogBytes } = attempt;
    let outcome = this.outcomes.get(attemptId);
    if (!outcome) {
      outcome = this.exits.ended(attemptId, supervisor).then(async () => {
        await this.kill(attempt);
        this.gone.add(attemptId);
        return settle(this.folder(attemptId), attempt, maxLogBytes);
      });
      this.outcomes.set(attemptId, outcome);
      outcome.catch(() => this.outcomes.delete(attemptId));
    }
    return outcome;
  }

  private kill(attempt: ProcessHandle): Promise<void> {
    const { attemptId: id, supervisor, controlGroup } = attempt;
    const folder = this.folder(id).root;
    return killTree({ supervisor, controlGroup, id, folder });
  }

  /** The attempt of a handle; rejects where it is another machine's. */
  private async own(handle: Handle): Promise<ProcessHandle> {
    const attempt = handleSchema.parse(handle);
    if (await this.isElsewhere(attempt)) {
      throw new ConflictError(attemptElsewhere(attempt.attemptId));
    }
    return attempt;
  }

  private async isElsewhere({ directoryId }: ProcessHandle): Promise<boolean> {
    return (
      directoryId !== undefined && directoryId !== (await this.identity()).id
    );
  }

  private async forget(attemptId: string): Promise<void> {
    await removeFolder(this.folder(attemptId));
    this.exits.forget(attemptId);
    this.outcomes.delete(attemptId);
    this.gone.delete(attemptId);
  }

  private folder(attemptId: string) {
    return folderOf(this.parent, attemptId);
  }
}

function attemptElsewhere(attemptId: string): string {
  return `Attempt ${attemptId} runs on another machine, or in another folder, than this process executor's. Only a backend there can say what became of it`;
}
