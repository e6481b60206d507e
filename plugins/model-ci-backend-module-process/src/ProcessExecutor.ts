import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  atDeadline,
  untilAborted,
  type AttemptSpec,
  type Executor,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import {
  createFolder,
  folderOf,
  hasCode,
  removeFolder,
} from './attempts/folder';
import { followLog } from './attempts/followLog';
import { settle } from './attempts/settle';
import { ATTEMPT_SUPERVISOR } from './attempts/supervisor';
import type { ProcessConfig } from './config';
import { ExitWatch } from './processes/ExitWatch';
import { isAlive } from './processes/identity';
import { killTree } from './processes/killTree';
import { findStarted, startSupervisor } from './processes/startSupervisor';
import { ProcessServices } from './services/ProcessServices';
import { packPath } from './workspace/packPath';
import { unpackParts } from './workspace/unpackParts';

const handleSchema = z.object({
  attemptId: z.string(),
  supervisor: z.object({
    pid: z.number().int().positive(),
    boot: z.string(),
    start: z.string(),
  }),
  startedAt: z.number(),
  timeoutSeconds: z.number(),
  maxLogBytes: z.number(),
});

type ProcessHandle = z.infer<typeof handleSchema>;

/** Runs attempts as processes of the backend's own machine, as the backend's own user. */
export class ProcessExecutor implements Executor {
  readonly name = 'process';
  readonly services: ProcessServices;
  private readonly exits = new ExitWatch();
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly outcomes = new Map<string, Promise<Outcome>>();
  /** Attempts of which nothing runs any more. */
  private readonly gone = new Set<string>();
  private readonly parent: string;

  constructor(private readonly config: ProcessConfig) {
    this.parent = join(config.directory, 'attempts');
    this.services = new ProcessServices(config);
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
    const attempt = handleSchema.parse(handle);
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
    const { attemptId } = handleSchema.parse(handle);
    return packPath(this.folder(attemptId).workspace, path);
  }

  async cancel(
    handle: Handle,
    reason: 'cancelled' | 'timeout' | 'log-limit',
  ): Promise<void> {
    const attempt = handleSchema.parse(handle);
    if (!isAlive(attempt.supervisor)) {
      return;
    }
    try {
      // The first reason stays. It is on disk before the kill, so that it outlives the backend
      await writeFile(this.folder(attempt.attemptId).killed, `${reason}\n`, {
        flag: 'wx',
      });
    } catch (error) {
      if (!hasCode(error, 'EEXIST') && !hasCode(error, 'ENOENT')) {
        throw error;
      }
    }
    await this.kill(attempt);
  }

  async withdraw({
    attemptId,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    // One that is about to start is waited for, and then found
    await this.starting.get(attemptId)?.catch(() => {});
    const folder = this.folder(attemptId);
    const started = await findStarted(folder);
    await killTree({
      ...(started && { supervisor: started.supervisor }),
      id: attemptId,
      folder: folder.root,
    });
    await this.forget(attemptId);
  }

  async cleanup(handle: Handle): Promise<void> {
    const attempt = handleSchema.parse(handle);
    if (!this.gone.has(attempt.attemptId)) {
      await this.kill(attempt);
    }
    await this.forget(attempt.attemptId);
  }

  async inventory(): Promise<NodeInfo[]> {
    const { name, labels, capacity } = this.config.node;
    return [{ name, labels, capacity, health: 'healthy' }];
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    this.check(spec);
    const folder = this.folder(spec.attemptId);
    const { supervisor, startedAt } =
      (await findStarted(folder)) ?? (await this.startAnew(spec));
    return {
      attemptId: spec.attemptId,
      supervisor: { ...supervisor },
      startedAt,
      timeoutSeconds: spec.timeoutSeconds,
      maxLogBytes: spec.maxLogBytes,
    };
  }

  private async startAnew(spec: AttemptSpec) {
    const { attemptId, script, env, timeoutSeconds, maxLogBytes } = spec;
    const folder = this.folder(attemptId);
    await createFolder(folder);
    try {
      await unpackParts(folder.workspace, spec.workspace);
      const started = await startSupervisor({
        folder,
        id: attemptId,
        supervisor: ATTEMPT_SUPERVISOR,
        args: [script, String(Math.ceil(timeoutSeconds)), String(maxLogBytes)],
        env,
      });
      this.exits.adopt(attemptId, started.supervisor, started.child);
      return started;
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
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
        return settle(this.folder(attemptId), supervisor, maxLogBytes);
      });
      this.outcomes.set(attemptId, outcome);
      outcome.catch(() => this.outcomes.delete(attemptId));
    }
    return outcome;
  }

  private kill({ attemptId, supervisor }: ProcessHandle): Promise<void> {
    const folder = this.folder(attemptId).root;
    return killTree({ supervisor, id: attemptId, folder });
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
