import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import {
  abortError,
  digestOf,
  ResultsLostError,
  workspacePath,
  type AttemptSpec,
  type Collection,
  type Executor,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
  type Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { noteIn, noteOf, type KillReason } from './builds/judge';
import { confirmGone, placeOf } from './builds/locate';
import { BuildObserver } from './builds/observeBuild';
import { cancelItem, removeAll, removeEnded } from './builds/removeAll';
import { ignoreMissing, Stopper } from './builds/Stopper';
import type { Build } from './client/schemas';
import type { LabelNode } from './config';
import { ConsoleFacts } from './console/ConsoleFacts';
import { ConsoleReader } from './console/ConsoleReader';
import { followLog } from './console/followLog';
import type { Controller } from './Controller';
import { makePlan, uploadPaths } from './job/plan';
import { startBuild } from './startBuild';

const handleSchema = z.object({
  controller: z.string(),
  attemptId: z.string(),
  queueId: z.number().optional(),
  build: z.number().optional(),
  timeoutSeconds: z.number(),
  /** Plain paths of what the agent uploads, in its order. */
  uploads: z.array(z.string()),
});

/** What this process knows of an attempt besides, and another one can find out. */
interface Memory {
  /** Of one that was cancelled in the queue, where it leaves no note. */
  killed?: KillReason;
  facts?: ConsoleFacts;
}

const CANCEL_LOOKS = 40;
const PAUSE_MS = 250;
const COLLECT_MS = 300_000;

/** Runs each attempt as one build of a job of a Jenkins controller. It has no state of its own worth keeping. */
export class JenkinsExecutor implements Executor {
  readonly name = 'jenkins';
  /** Its attempts fetch them for themselves: Jenkins keeps what it is given. */
  readonly takesSecrets = true;
  private readonly starting = new Map<string, Promise<Handle>>();
  private readonly memories = new Map<string, Memory>();

  constructor(private readonly controllers: Controller[]) {}

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
    onPhase: (phase: Phase) => void = () => {},
  ): Promise<Outcome> {
    const { attempt, controller } = this.find(handle);
    const observer = new BuildObserver({
      ...{ controller, attempt, onPhase },
      onOverdue: async () => await this.cancel(handle, 'timeout'),
      onEnd: facts => {
        this.memory(attempt.attemptId).facts = facts;
      },
    });
    const outcome = await observer.outcome(signal);
    const { killed } = this.memory(attempt.attemptId);
    return outcome.type === 'killed' && killed
      ? { type: 'killed', reason: killed }
      : outcome;
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk> {
    const build = await this.awaitBuild(handle, signal);
    if (build !== undefined) {
      const { client } = this.find(handle).controller;
      yield* followLog(new ConsoleReader(client, build), offset, signal);
    }
  }

  async collect(handle: Handle, path: string): Promise<Collection> {
    const { attempt } = this.find(handle);
    const plain = workspacePath(path);
    const number = attempt.uploads.indexOf(plain);
    if (number < 0) {
      throw new InputError(
        `'${path}' was not announced as a result, and an agent of Jenkins keeps no workspace`,
      );
    }
    const { results } = await this.factsOf(handle);
    return { digest: digestOf(results.get(number), path) };
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    const { attempt, controller } = this.find(handle);
    for (let look = 0; look < CANCEL_LOOKS; look++) {
      const place = placeOf(await controller.watch.now(), attempt.attemptId);
      const memory = this.memory(attempt.attemptId);
      if (place.type === 'build') {
        await stopFor(controller, place.build, memory.killed ?? reason);
        return;
      }
      if (place.type === 'queued') {
        memory.killed ??= reason;
        await cancelItem(controller, place.item.id);
      } else {
        const { client, jobPath } = controller;
        if (await confirmGone(client, jobPath, attempt)) {
          return;
        }
      }
      await delay(PAUSE_MS);
    }
    throw new ServiceUnavailableError(
      `Attempt ${attempt.attemptId} is neither in the queue nor among the builds of Jenkins '${controller.name}', which does not say that it is gone`,
    );
  }

  async withdraw({
    attemptId,
    node,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    const { controller } = this.nodeOf(node);
    // One that is about to be submitted is waited for, and then found
    await this.starting.get(attemptId)?.catch(() => {});
    checkId(attemptId);
    await controller.prepare();
    await removeAll(controller, attemptId);
    this.memories.delete(attemptId);
  }

  async cleanup(handle: Handle): Promise<void> {
    const { attempt, controller } = this.find(handle);
    const { building } = await removeEnded(controller, attempt.attemptId);
    if (building.length > 0) {
      await removeAll(controller, attempt.attemptId);
    }
    this.memories.delete(attempt.attemptId);
  }

  async inventory(): Promise<NodeInfo[]> {
    const nodes = await Promise.all(
      this.controllers.map(controller => controller.inventory()),
    );
    return nodes.flat();
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    const { controller, node } = this.nodeOf(spec.node);
    check(spec);
    await controller.prepare();
    const found = await startBuild(controller, spec.attemptId, async () => ({
      label: node.label,
      plan: await makePlan(spec, {
        mark: randomBytes(12).toString('hex'),
        portalCa: controller.config.portalCa,
      }),
    }));
    return {
      controller: controller.name,
      attemptId: spec.attemptId,
      ...found,
      timeoutSeconds: spec.timeoutSeconds,
      uploads: uploadPaths(spec),
    };
  }

  private nodeOf(name: string): { controller: Controller; node: LabelNode } {
    for (const controller of this.controllers) {
      const node = controller.config.nodes.find(known => known.name === name);
      if (node) {
        return { controller, node };
      }
    }
    throw new InputError(`The jenkins executor has no node '${name}'`);
  }

  private find(handle: Handle) {
    const attempt = handleSchema.parse(handle);
    const controller = this.controllers.find(
      ({ name }) => name === attempt.controller,
    );
    if (!controller) {
      throw new ServiceUnavailableError(
        `Attempt ${attempt.attemptId} runs on Jenkins '${attempt.controller}', which is not configured any more: put it back under modelCi.executors.jenkins.controllers`,
      );
    }
    return { attempt, controller };
  }

  private memory(attemptId: string): Memory {
    const memory = this.memories.get(attemptId) ?? {};
    this.memories.set(attemptId, memory);
    return memory;
  }

  /** Address of the build; undefined where there is none any more, or never will be. */
  private async awaitBuild(
    handle: Handle,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { attempt, controller } = this.find(handle);
    for (;;) {
      const seen = await controller.watch.next(signal);
      const place = placeOf(seen, attempt.attemptId);
      if (place.type === 'build') {
        return controller.buildPath(place.build.number);
      }
      const gone =
        place.type === 'absent' &&
        (await confirmGone(
          controller.client,
          controller.jobPath,
          attempt,
        ).catch(() => undefined));
      if (gone) {
        return undefined;
      }
      if (signal.aborted) {
        throw abortError(signal);
      }
    }
  }

  /** Of an attempt that has ended. */
  private async factsOf(handle: Handle): Promise<ConsoleFacts> {
    const { attempt } = this.find(handle);
    const known = this.memory(attempt.attemptId).facts;
    if (known) {
      return known;
    }
    const signal = AbortSignal.timeout(COLLECT_MS);
    let facts: ConsoleFacts | undefined;
    const { controller } = this.find(handle);
    const outcome = await new BuildObserver({
      ...{ controller, attempt },
      onPhase: () => {},
      onOverdue: async () => {},
      onEnd: found => {
        facts = found;
      },
    }).outcome(signal);
    if (!facts && outcome.type === 'lost') {
      throw new ResultsLostError(outcome.reason);
    }
    const found = facts ?? new ConsoleFacts();
    this.memory(attempt.attemptId).facts = found;
    return found;
  }
}

/** The first reason stays. It is in the build before the build is stopped, so that it outlives the backend. */
async function stopFor(
  { client, jobPath }: Controller,
  build: Build,
  reason: KillReason,
): Promise<void> {
  if (!build.building) {
    return;
  }
  const path = `${jobPath}/${build.number}`;
  if (!noteIn(build)) {
    await ignoreMissing(
      client.post(`${path}/submitDescription`, {
        form: { description: noteOf(reason) },
      }),
    );
  }
  await new Stopper(client, path).push(Date.now());
}

function check(spec: AttemptSpec): void {
  checkId(spec.attemptId);
  if (spec.network === 'none') {
    throw new InputError(
      `Stage '${spec.stage}' asks for 'network: none', which an agent of Jenkins cannot be held to: set 'executor: docker' for it, or remove 'network'`,
    );
  }
  if (spec.image !== undefined) {
    throw new InputError(
      `Stage '${spec.stage}' has an image, and an agent of Jenkins runs stages with what is installed on it: remove 'image', or choose another executor`,
    );
  }
  if (spec.secrets !== undefined && spec.signSecrets === undefined) {
    throw new InputError(
      'Jenkins agents fetch secrets by signed URLs: set modelCi.transfers.baseUrl',
    );
  }
  if ((spec.results ?? []).length > 0 && spec.uploads === undefined) {
    throw new InputError(
      'Jenkins agents upload results by signed URLs: set modelCi.transfers.baseUrl',
    );
  }
}

/** It names a folder. */
function checkId(attemptId: string): void {
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(attemptId)) {
    throw new InputError(
      `Id '${attemptId}' cannot name a folder: use letters, digits, '_', '-'`,
    );
  }
}
