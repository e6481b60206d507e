import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  reason,
  type RanImage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  atDeadline,
  demandOwnImage,
  workspacePath,
  type AttemptSpec,
  type Built,
  type Executor,
  type GpuReading,
  type GrowingFile,
  type Handle,
  type ImageBuild,
  type LogChunk,
  type NodeInfo,
  type Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { readInterruption, readResult } from './builds/buildNote';
import { Builds } from './builds/Builds';
import { removeImage } from './builds/removeImage';
import {
  provideRelayImage,
  RELAY_IMAGE,
  RELAY_PROGRAM,
} from './builds/relayImage';
import { buildSchema, type Build } from './builds/types';
import { containerName } from './containers/containerName';
import { collectPath } from './containers/collectPath';
import type { ContainerPlan } from './containers/containerSpec';
import { imageOf } from './containers/imageOf';
import { KeptResults, plainResults } from './containers/keptResults';
import { noteKillReason, type KillReason } from './containers/killReason';
import { LABELS } from './containers/labels';
import { removeNotes } from './containers/notes';
import { peekPath } from './containers/peekPath';
import {
  attemptCommand,
  markerOf,
  MAX_RESULTS_BYTES,
} from './containers/scripts';
import {
  removeContainer,
  startContainer,
  type StartedContainer,
} from './containers/startContainer';
import { withdrawContainer } from './containers/withdrawContainer';
import { DockerServices } from './DockerServices';
import type { Engines } from './Engines';
import type { DockerEngine } from './engines/DockerEngine';
import { isNoSuchContainer, statusOf } from './engines/errors';
import { followLog } from './logs/followLog';
import { isSandboxGone, sandboxOf } from './networks/Sandboxes';
import { outcomeOf } from './outcomeOf';

const handleSchema = z.object({
  engine: z.string(),
  containerId: z.string(),
  attemptId: z.string(),
  startedAt: z.number(),
  timeoutSeconds: z.number(),
  maxLogBytes: z.number(),
  /** Network mode of the container; absent where it was started by a version that gave it no network of its own. */
  networkMode: z.string().optional(),
  /** Devices that it was given. */
  gpuIds: z.array(z.string()).optional(),
  /** The image that it builds in place of running a script. */
  build: buildSchema.optional(),
});

type OnPhase = NonNullable<Parameters<Executor['submit']>[1]>;

/** Of what holds the workspace and the log of a build; the build itself has what the stage asks for. */
const RELAY_RESOURCES = { cpus: 1, memoryBytes: 32 * 2 ** 20 };

/** What a stage may write under `docker`. */
const stageOptionsSchema = z.strictObject({
  readOnlyRoot: z.boolean().optional(),
});

/** Runs attempts as containers of Docker Engines. */
export class DockerExecutor implements Executor {
  readonly name = 'docker';
  readonly needsImage = true;
  readonly takesSecrets = true;
  readonly buildsImages = true;
  readonly stageOptions = stageOptionsSchema;
  readonly services: DockerServices;
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly results = new KeptResults();
  private readonly builds = new Builds();

  constructor(private readonly engines: Engines) {
    this.services = new DockerServices(engines);
  }

  /** How many attempts it holds something of in memory, beside the watches of its engines. */
  get kept(): { starting: number; results: number } {
    return { starting: this.starting.size, results: this.results.size };
  }

  async submit(
    spec: AttemptSpec,
    onPhase: OnPhase = () => {},
  ): Promise<Handle> {
    let start = this.starting.get(spec.attemptId);
    if (!start) {
      start = this.start(spec, onPhase).finally(() =>
        this.starting.delete(spec.attemptId),
      );
      this.starting.set(spec.attemptId, start);
    }
    return start;
  }

  async observe(handle: Handle, signal: AbortSignal): Promise<Outcome> {
    const attempt = handleSchema.parse(handle);
    const { containerId, attemptId } = attempt;
    const engine = this.engines.get(attempt.engine);
    const deadlineAt = attempt.startedAt + attempt.timeoutSeconds * 1000;
    const callOff = atDeadline(deadlineAt, () =>
      this.cancel(handle, 'timeout'),
    );
    const { build, networkMode = '' } = attempt;
    const letGo =
      build &&
      this.builds.hold({
        engine,
        containerId,
        attemptId,
        networkMode,
        build,
        deadlineAt,
      });
    try {
      return await outcomeOf({ engine, containerId, attemptId }, signal);
    } finally {
      letGo?.();
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
      onEnd: results => this.results.put(containerId, results),
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

  async *peek(
    handle: Handle,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    const { engine, containerId } = handleSchema.parse(handle);
    yield* peekPath(
      this.engines.get(engine),
      containerId,
      workspacePath(path),
      signal,
    );
  }

  async imageOf(handle: Handle): Promise<RanImage | undefined> {
    const { engine, containerId, build } = handleSchema.parse(handle);
    if (build) {
      return undefined;
    }
    return await imageOf(this.engines.get(engine), containerId);
  }

  async built(handle: Handle): Promise<Built | undefined> {
    const { engine, attemptId, containerId } = handleSchema.parse(handle);
    const result = await this.engines
      .get(engine)
      .call(
        async docker =>
          (await readResult(docker, attemptId)) ??
          (await readInterruption(docker, { containerId, node: engine })),
      );
    if (result?.type !== 'image') {
      return result;
    }
    const { type, id, reference } = result;
    return {
      type,
      image: {
        id,
        executor: this.name,
        ...(reference === undefined ? { node: engine } : { reference }),
      },
    };
  }

  async cancel(handle: Handle, cause: KillReason): Promise<void> {
    const attempt = handleSchema.parse(handle);
    const { attemptId } = attempt;
    await this.engines.get(attempt.engine).call(async docker => {
      const container = docker.getContainer(attempt.containerId);
      try {
        const { State } = await container.inspect();
        if (!State.Running) {
          return;
        }
        // Noted before the kill, so that the end is never seen without its reason
        await noteKillReason(docker, attemptId, cause);
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
    const engine = this.engines.get(node);
    await withdrawContainer(engine, containerName(attemptId));
    await engine.call(docker => removeNotes(docker, attemptId));
  }

  async cleanup(
    handle: Handle,
    { keepsImage = false }: { keepsImage?: boolean } = {},
  ): Promise<void> {
    const attempt = handleSchema.parse(handle);
    const { containerId, attemptId } = attempt;
    const engine = this.engines.get(attempt.engine);
    const isRemoved = await removeContainer(engine, containerId);
    if (attempt.build && !keepsImage) {
      await removeImage(engine, attempt.build, attemptId);
    }
    await engine.call(docker => removeNotes(docker, attemptId));
    this.results.forget(containerId);
    engine.watch.forget(containerId);
    const sandbox = sandboxOf(attempt.networkMode);
    // Only one call removes the container, so that only one has its network used again
    if (sandbox && isRemoved) {
      await engine.sandboxes[sandbox.kind].giveBack(sandbox.name);
    }
  }

  async gpuReadings(handle: Handle): Promise<GpuReading[]> {
    const { engine, gpuIds = [] } = handleSchema.parse(handle);
    const readings = await this.engines.get(engine).gpuReadings();
    return readings.filter(({ id }) => gpuIds.includes(id));
  }

  async inventory(): Promise<NodeInfo[]> {
    return this.engines.inventory();
  }

  private async start(spec: AttemptSpec, onPhase: OnPhase): Promise<Handle> {
    const engine = await this.engines.getPresent(spec.node);
    const pulling = reason('placement.pulling', {
      image: spec.image ?? '',
      node: engine.name,
    });
    const onPull = () => onPhase({ type: 'pending', reason: pulling });
    if (spec.build) {
      await provideRelayImage(engine);
    }
    demandOwnImage(spec, engine.config.registries);
    const started = await this.engines.withGpus(
      engine,
      spec.resources,
      spec.attemptId,
      gpus => startAttempt(engine, spec, { gpus, onPull }),
    );
    return {
      engine: engine.name,
      containerId: started.id,
      attemptId: spec.attemptId,
      startedAt: started.startedAt,
      timeoutSeconds: spec.timeoutSeconds,
      maxLogBytes: spec.maxLogBytes,
      networkMode: started.networkMode,
      ...(spec.resources.gpuIds && { gpuIds: spec.resources.gpuIds }),
      ...(spec.build && { build: { ...buildOf(spec, spec.build) } }),
    };
  }
}

/** Starts an attempt in a network that nothing else is in. */
async function startAttempt(
  engine: DockerEngine,
  spec: AttemptSpec,
  options: { gpus: string[]; onPull(): void; isRetry?: boolean },
): Promise<StartedContainer> {
  const sandboxes = engine.sandboxes[spec.network];
  const { name, ready } = sandboxes.take();
  const networkMode = `container:${name}`;
  try {
    const started = await startContainer(
      engine,
      containerName(spec.attemptId),
      attemptPlan(spec, options.gpus, networkMode),
      spec.workspace,
      ready,
      options.onPull,
    );
    if (started.networkMode !== networkMode) {
      await ready.then(() => sandboxes.giveBack(name));
    }
    return started;
  } catch (error) {
    await ready
      .then(() => sandboxes.discard(name))
      .catch(() => {
        // Left over for the next sweep
      });
    if (isSandboxGone(error) && !options.isRetry) {
      // So are the others, if the engine was started anew
      await sandboxes.dispose();
      return startAttempt(engine, spec, { ...options, isRetry: true });
    }
    throw error;
  }
}

/** What a build needs to go on in another process. */
function buildOf(
  { pipelineRef, resources }: AttemptSpec,
  build: ImageBuild,
): Build {
  const { cpus, memoryBytes } = resources;
  return {
    ...build,
    pipelineRef,
    ...(cpus !== undefined && { cpus }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}

function attemptPlan(
  spec: AttemptSpec,
  gpus: string[],
  networkMode: string,
): ContainerPlan {
  const common = {
    env: spec.env,
    labels: {
      [LABELS.managed]: 'attempt',
      [LABELS.attempt]: spec.attemptId,
      [LABELS.run]: spec.runId,
      [LABELS.stage]: spec.stage,
      [LABELS.pipeline]: spec.pipelineRef,
      ...(gpus.length > 0 && { [LABELS.gpus]: gpus.join(',') }),
    },
    gpus,
    networkMode,
    // Twice the limit on disk, in two files; a log that is that long is cut off anyway
    logBytes: (spec.maxLogBytes + MAX_RESULTS_BYTES) * 2 + 2 ** 20,
  };
  if (spec.build) {
    return {
      ...common,
      image: RELAY_IMAGE,
      command: [RELAY_PROGRAM],
      resources: RELAY_RESOURCES,
      openStdin: true,
    };
  }
  if (!spec.image) {
    throw new InputError(
      `Stage '${spec.stage}' runs on docker and needs an image: set 'image' for it or under 'defaults'`,
    );
  }
  return {
    image: spec.image,
    command: attemptCommand({
      script: spec.script,
      shell: spec.shell ?? 'sh',
      marker: markerOf(spec.attemptId),
      results: plainResults(spec.results ?? []),
      hasSecrets: spec.secrets !== undefined,
    }),
    ...common,
    ...(spec.secrets && { secrets: spec.secrets }),
    resources: spec.resources,
    ...stageOptionsSchema.parse(spec.options ?? {}),
  };
}
