import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  atDeadline,
  untilAborted,
  workspacePath,
  type AttemptSpec,
  type Executor,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { containerName } from './containers/containerName';
import { collectPath } from './containers/collectPath';
import type { ContainerPlan } from './containers/containerSpec';
import { KeptResults, plainResults } from './containers/keptResults';
import { noteKillReason, type KillReason } from './containers/killReason';
import { LABELS } from './containers/labels';
import {
  attemptCommand,
  markerOf,
  MAX_RESULTS_BYTES,
} from './containers/scripts';
import { removeContainer, startContainer } from './containers/startContainer';
import { withdrawContainer } from './containers/withdrawContainer';
import { DockerServices } from './DockerServices';
import type { Engines } from './Engines';
import type { DockerEngine } from './engines/DockerEngine';
import { isNoSuchContainer, statusOf } from './engines/errors';
import { followLog } from './logs/followLog';
import { outcomeOf } from './outcomeOf';

const handleSchema = z.object({
  engine: z.string(),
  containerId: z.string(),
  attemptId: z.string(),
  startedAt: z.number(),
  timeoutSeconds: z.number(),
  maxLogBytes: z.number(),
  /** How long the container stays after its end; 0: its own end is waited for. */
  lingerSeconds: z.number(),
});

type DockerHandle = z.infer<typeof handleSchema>;

const LINGER_SECONDS = 1;

const EXIT_CODE_OF_SIGKILL = 137;

/** Runs attempts as containers of Docker Engines. */
export class DockerExecutor implements Executor {
  readonly name = 'docker';
  readonly needsImage = true;
  readonly services: DockerServices;
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly outcomes = new Map<string, Promise<Outcome>>();
  private readonly results = new KeptResults();

  constructor(private readonly engines: Engines) {
    this.services = new DockerServices(engines);
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
    const { containerId } = attempt;
    const engine = this.engines.get(attempt.engine);
    yield* followLog({
      engine,
      containerId,
      marker: markerOf(attempt.attemptId),
      offset,
      maxBytes: attempt.maxLogBytes,
      onExit: (exitCode, results) => {
        this.results.put(containerId, results);
        // After a kill only the engine knows the reason
        if (attempt.lingerSeconds > 0 && exitCode !== EXIT_CODE_OF_SIGKILL) {
          engine.watch.report(containerId, {
            type: 'exited',
            exitCode,
            outOfMemory: false,
          });
        }
      },
      onLimit: () => this.cancel(handle, 'log-limit'),
      signal,
    });
  }

  async collect(handle: Handle, path: string): Promise<Readable> {
    const { engine, containerId } = handleSchema.parse(handle);
    const plain = workspacePath(path);
    return (
      (await this.results.take(containerId, plain)) ??
      collectPath(this.engines.get(engine), containerId, plain)
    );
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    const attempt = handleSchema.parse(handle);
    const { containerId } = attempt;
    const engine = this.engines.get(attempt.engine);
    if (engine.watch.isEnded(containerId)) {
      return;
    }
    await engine.call(async docker => {
      const container = docker.getContainer(containerId);
      try {
        const { State } = await container.inspect();
        if (!State.Running || (await this.hasEndLine(engine, attempt))) {
          return;
        }
        // Noted before the kill, so that the end is never seen without its reason
        await noteKillReason(container, reason);
        await container.kill();
      } catch (error) {
        // 409: it has ended meanwhile
        if (!isNoSuchContainer(error) && statusOf(error) !== 409) {
          throw error;
        }
      }
    });
  }

  async withdraw({
    attemptId,
    node,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    // One that is about to start is waited for, and then found
    await this.starting.get(attemptId)?.catch(() => {});
    await withdrawContainer(this.engines.get(node), containerName(attemptId));
  }

  async cleanup(handle: Handle): Promise<void> {
    const { engine: name, containerId } = handleSchema.parse(handle);
    const engine = this.engines.get(name);
    await removeContainer(engine, containerId);
    this.outcomes.delete(containerId);
    this.results.forget(containerId);
    engine.watch.forget(containerId);
  }

  async inventory(): Promise<NodeInfo[]> {
    return this.engines.inventory();
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    const engine = await this.engines.getPresent(spec.node);
    const gpuCount = spec.resources.gpus ?? 0;
    // A GPU is given on once its container has ended, so that one does not linger
    const lingerSeconds = gpuCount > 0 ? 0 : LINGER_SECONDS;
    const { id, startedAt } = await this.engines.withGpus(
      engine,
      gpuCount,
      gpus =>
        startContainer(
          engine,
          containerName(spec.attemptId),
          attemptPlan(spec, gpus, lingerSeconds),
          spec.workspace,
        ),
    );
    return {
      engine: engine.name,
      containerId: id,
      attemptId: spec.attemptId,
      startedAt,
      timeoutSeconds: spec.timeoutSeconds,
      maxLogBytes: spec.maxLogBytes,
      lingerSeconds,
    };
  }

  private outcome({ engine, containerId }: DockerHandle): Promise<Outcome> {
    let outcome = this.outcomes.get(containerId);
    if (!outcome) {
      outcome = outcomeOf(this.engines.get(engine), containerId);
      this.outcomes.set(containerId, outcome);
    }
    return outcome;
  }

  /** Whether the script has ended, though its container lingers. */
  private async hasEndLine(
    engine: DockerEngine,
    { containerId, attemptId }: DockerHandle,
  ): Promise<boolean> {
    const tail = await engine.raw(docker =>
      docker
        .getContainer(containerId)
        .logs({ stdout: true, stderr: true, tail: 1 }),
    );
    return tail.includes(`${markerOf(attemptId)} exited `);
  }
}

function attemptPlan(
  spec: AttemptSpec,
  gpus: string[],
  lingerSeconds: number,
): ContainerPlan {
  if (!spec.image) {
    throw new InputError(
      `Stage '${spec.stage}' runs on docker and needs an image: set 'image' for it or under 'defaults'`,
    );
  }
  return {
    image: spec.image,
    command: attemptCommand({
      script: spec.script,
      marker: markerOf(spec.attemptId),
      lingerSeconds,
      results: plainResults(spec.results ?? []),
    }),
    env: spec.env,
    labels: {
      [LABELS.managed]: 'attempt',
      [LABELS.attempt]: spec.attemptId,
      [LABELS.run]: spec.runId,
      [LABELS.stage]: spec.stage,
      [LABELS.pipeline]: spec.pipelineRef,
      ...(gpus.length > 0 && { [LABELS.gpus]: gpus.join(',') }),
    },
    resources: spec.resources,
    gpus,
    network: spec.network,
    // Twice the limit on disk, in two files; a log that is that long is cut off anyway
    logBytes: (spec.maxLogBytes + MAX_RESULTS_BYTES) * 2 + 2 ** 20,
  };
}
