import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError, isError } from '@backstage/errors';
import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import {
  demandOwnImage,
  digestOf,
  workspacePath,
  type AttemptSpec,
  type Built,
  type Collection,
  type Executor,
  type FoundAttempt,
  type GrowingFile,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
  type Phase,
  type ServiceHost,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { Bell } from './Bell';
import { builtOf } from './builds/builtOf';
import { buildHandleSchema, planBuild } from './builds/planBuild';
import { isForbidden } from './cluster/ApiError';
import type { Clusters } from './Clusters';
import { followLog } from './logs/followLog';
import { peekPod } from './logs/peekPod';
import { lookAt, observePod } from './observePod';
import { collectPath } from './pods/collectPath';
import { checkImage, imageOf } from './pods/images';
import { elapsedMs, killPod } from './pods/killPod';
import type { KillReason } from './pods/killNote';
import { unreadable } from './pods/lostResults';
import { podName } from './pods/podName';
import { containerOf, STAGE } from './pods/podSchema';
import { sidecarState } from './pods/sidecarState';
import { readRecord, type PodRecord } from './pods/record';
import { removePod, withdrawPod } from './pods/removePod';
import { startPod } from './pods/startPod';
import { Starts, type StartSignals } from './pods/Starts';
import { KubernetesServices } from './services/KubernetesServices';
import { podOptions, stageOptionsSchema } from './stageOptions';

const handleSchema = z.object({
  cluster: z.string(),
  attemptId: z.string(),
  uid: z.string(),
  timeoutSeconds: z.number(),
  maxLogBytes: z.number(),
  /** Plain paths of what the sidecar uploads, in its order. */
  uploads: z.array(z.string()),
  /** Present where it builds an image. */
  build: buildHandleSchema.optional(),
});

type OnPhase = NonNullable<Parameters<Executor['submit']>[1]>;

const LOOK_MS = 5_000;
/** After this the call fails, and the caller decides when to retry. */
const ASK_MS = 60_000;
/** How long a result that is being stored is waited for in one question, within that. */
const PATIENCE_SECONDS = 45;
/** The end does not wait for results: most are stored by then, and nothing else has to be asked. */
const BRIEFLY_SECONDS = 2;

/** Runs each attempt as one pod of a Kubernetes cluster. */
export class KubernetesExecutor implements Executor {
  readonly name = 'kubernetes';
  readonly needsImage = true;
  readonly takesSecrets = true;
  readonly buildsImages: boolean;
  readonly buildsWithSecrets = true;
  readonly stageOptions = stageOptionsSchema;
  readonly services: ServiceHost;
  private readonly starts = new Starts();
  /** Of attempts that have ended and were not cleaned up; read again where it is missing. */
  private readonly records = new Map<string, PodRecord>();

  constructor(private readonly clusters: Clusters) {
    this.buildsImages = clusters.buildsImages;
    this.services = new KubernetesServices(clusters);
  }

  async submit(
    spec: AttemptSpec,
    onPhase: OnPhase = () => {},
    signal?: AbortSignal,
  ): Promise<Handle> {
    return await this.starts.join(
      spec.attemptId,
      { onPhase, signal },
      async (signals, showPhase) => await this.start(spec, showPhase, signals),
    );
  }

  async observe(
    handle: Handle,
    signal: AbortSignal,
    onPhase: (phase: Phase) => void = () => {},
  ): Promise<Outcome> {
    const attempt = handleSchema.parse(handle);
    const cluster = this.clusters.get(attempt.cluster);
    const pod = podName(attempt.attemptId);
    return await observePod({
      cluster,
      attempt,
      signal,
      onPhase,
      knownRecord: () => this.records.get(attempt.uid),
      readRecord: async stop =>
        await this.readRecord(handle, {
          patienceSeconds: BRIEFLY_SECONDS,
          signal: stop,
        }),
      onDeadline: async () => {
        const ran = await elapsedMs(cluster, pod);
        if (ran <= attempt.timeoutSeconds * 1000) {
          throw new Error('Its time is not over yet');
        }
        await this.cancel(handle, 'timeout');
      },
    });
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk> {
    const attempt = handleSchema.parse(handle);
    yield* followLog({
      cluster: this.clusters.get(attempt.cluster),
      pod: podName(attempt.attemptId),
      offset,
      maxBytes: attempt.maxLogBytes,
      awaitSidecar: async () => await this.awaitSidecar(handle, signal),
      onLimit: async () => await this.cancel(handle, 'log-limit'),
      signal,
    });
  }

  async collect(handle: Handle, path: string): Promise<Collection | Readable> {
    const attempt = handleSchema.parse(handle);
    const plain = workspacePath(path);
    const number = attempt.uploads.indexOf(plain);
    if (number < 0) {
      return await this.askSidecar(handle, () =>
        collectPath(
          this.clusters.get(attempt.cluster),
          podName(attempt.attemptId),
          plain,
        ),
      );
    }
    const { results, unstored } = await this.recordFor(handle, number);
    if (!results.has(number) && unstored !== undefined) {
      throw new Error(`'${path}' is not stored yet: ${unstored}`);
    }
    return { digest: digestOf(results.get(number), path) };
  }

  async *peek(
    handle: Handle,
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<GrowingFile> {
    const attempt = handleSchema.parse(handle);
    yield* peekPod(
      this.clusters.get(attempt.cluster),
      podName(attempt.attemptId),
      workspacePath(path),
      signal,
    );
  }

  async imageOf(handle: Handle): Promise<RanImage | undefined> {
    const attempt = handleSchema.parse(handle);
    const pod = await lookAt(this.clusters.get(attempt.cluster), attempt);
    return pod && imageOf(pod);
  }

  async built(handle: Handle): Promise<Built | undefined> {
    const attempt = handleSchema.parse(handle);
    const pod = await lookAt(this.clusters.get(attempt.cluster), attempt);
    const end = pod && containerOf(pod, STAGE)?.state.terminated;
    return (
      attempt.build &&
      builtOf(end?.message ?? '', attempt.build, attempt.cluster)
    );
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    const attempt = handleSchema.parse(handle);
    await killPod(this.clusters.get(attempt.cluster), attempt, reason);
  }

  async withdraw({
    attemptId,
    node,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    await this.starts.withdraw(attemptId);
    await withdrawPod(this.clusters.get(node), attemptId);
  }

  async cleanup(handle: Handle): Promise<void> {
    const { cluster, attemptId, uid } = handleSchema.parse(handle);
    await removePod(this.clusters.get(cluster), attemptId);
    this.records.delete(uid);
  }

  async listAttempts(): Promise<FoundAttempt[]> {
    return await this.clusters.listAttempts();
  }

  async inventory(): Promise<NodeInfo[]> {
    return await this.clusters.inventory();
  }

  private async start(
    spec: AttemptSpec,
    onPhase: OnPhase,
    signals: StartSignals,
  ): Promise<Handle> {
    const cluster = this.clusters.get(spec.node);
    const build = spec.build && planBuild(cluster.config, spec, spec.build);
    if (spec.network === 'none' && !build) {
      throw new InputError(
        `Stage '${spec.stage}' cannot run without network on kubernetes: the containers of a pod share one, and its workspace and results come over it`,
      );
    }
    checkImage(build?.spec ?? spec);
    demandOwnImage(spec, cluster.config.registries);
    const options = podOptions(
      cluster.config,
      stageOptionsSchema.parse(spec.options ?? {}),
    );
    const pod = await startPod(cluster, build?.spec ?? spec, {
      options,
      build,
      signals,
      onPhase,
    });
    return {
      cluster: cluster.name,
      attemptId: spec.attemptId,
      uid: pod.metadata.uid,
      timeoutSeconds: spec.timeoutSeconds,
      maxLogBytes: spec.maxLogBytes,
      uploads: (spec.uploads ?? []).map(({ path }) => workspacePath(path)),
      ...(build && { build: { ...build.handle } }),
    };
  }

  /** Of an attempt that has ended, with this result if it is stored. */
  private async recordFor(handle: Handle, number: number): Promise<PodRecord> {
    const { uid } = handleSchema.parse(handle);
    const known = this.records.get(uid);
    return known && (known.results.has(number) || known.unstored === undefined)
      ? known
      : await this.askSidecar(handle, signal =>
          this.readRecord(handle, {
            patienceSeconds: PATIENCE_SECONDS,
            signal,
          }),
        );
  }

  private async readRecord(
    handle: Handle,
    wait: { patienceSeconds: number; signal: AbortSignal },
  ): Promise<PodRecord> {
    const { cluster, attemptId, uid } = handleSchema.parse(handle);
    const record = await readRecord(
      this.clusters.get(cluster),
      podName(attemptId),
      wait,
    );
    this.records.set(uid, record);
    return record;
  }

  /** Asks until it is answered, or refused for good, or there is nobody left to ask. */
  private async askSidecar<T>(
    handle: Handle,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.timeout(ASK_MS);
    for (let failures = 0; ; failures++) {
      if (!(await this.awaitSidecar(handle, signal))) {
        const attempt = handleSchema.parse(handle);
        const cluster = this.clusters.get(attempt.cluster);
        const pod = await lookAt(cluster, attempt);
        throw await unreadable(cluster, attempt.attemptId, pod);
      }
      try {
        return await ask(signal);
      } catch (error) {
        if (isFinal(error) || signal.aborted) {
          throw error;
        }
        await delay(200 * 2 ** Math.min(failures, 5), undefined, { signal });
      }
    }
  }

  /** False where nothing can be read any more, or nothing ever will. */
  private async awaitSidecar(
    handle: Handle,
    signal: AbortSignal,
  ): Promise<boolean> {
    const attempt = handleSchema.parse(handle);
    const cluster = this.clusters.get(attempt.cluster);
    const bell = new Bell();
    const unsubscribe = cluster.watch.subscribe(
      podName(attempt.attemptId),
      bell.ring,
    );
    try {
      for (;;) {
        const pod = await lookAt(cluster, attempt);
        const state = sidecarState(pod, Date.now());
        if (state !== 'coming') {
          return state === 'running';
        }
        await bell.wait(LOOK_MS, signal);
      }
    } finally {
      unsubscribe();
    }
  }
}

/** Another try gets the same answer: the path is to blame, or the portal's rights are. */
function isFinal(error: unknown): boolean {
  return (
    isForbidden(error) ||
    (isError(error) && ['InputError', 'NotFoundError'].includes(error.name))
  );
}
