import { setTimeout as delay } from 'node:timers/promises';
import { repositoryOf } from '@model-ci/backstage-plugin-model-ci-node';
import type { DockerEngine } from '../engines/DockerEngine';
import { isNoSuchContainer } from '../engines/errors';
import { buildImage } from './buildImage';
import { noteResult, readResult } from './buildNote';
import { judgeFailure } from './judgeFailure';
import { Patience } from './Patience';
import { pushImage } from './pushImage';
import { readProgress, Relay, type Progress } from './Relay';
import type { Build, BuildResult } from './types';

const MAX_BACKOFF_MS = 10_000;
/** A try that took so long did not fail by what the one before it failed by. */
const LONG_MS = 60_000;
/** The relay ends as soon as it is told. */
const END_PATIENCE_MS = 3_000;

export interface BuildAttempt {
  engine: DockerEngine;
  containerId: string;
  attemptId: string;
  networkMode: string;
  build: Build;
  /** When it is killed. */
  deadlineAt: number;
}

/**
 * The builds that this process drives. Whoever observes an attempt drives its build: a build ends with the connection
 * that asked for it, so that after a restart the next observer asks again, and the engine takes what was built until
 * then from its cache. Workspace, log, result and end are the engine's.
 */
export class Builds {
  private readonly driven = new Map<
    string,
    { observers: number; stop: AbortController }
  >();

  get size(): number {
    return this.driven.size;
  }

  /** Drives a build while anybody holds it; answers how to let go. */
  hold(attempt: BuildAttempt): () => void {
    const { containerId } = attempt;
    let driver = this.driven.get(containerId);
    if (!driver) {
      driver = { observers: 0, stop: new AbortController() };
      this.driven.set(containerId, driver);
      // It reports nothing but through the engine
      drive(attempt, driver.stop.signal).catch(() => {});
    }
    const held = driver;
    held.observers++;
    return () => {
      held.observers--;
      if (held.observers === 0) {
        held.stop.abort();
        this.driven.delete(containerId);
      }
    };
  }
}

/** Until the container has ended, or nobody holds the build any more. */
async function drive(
  attempt: BuildAttempt,
  unheld: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([unheld, over.signal]);
  attempt.engine.watch
    .ended(attempt.containerId, unheld)
    .then(() => over.abort())
    .catch(() => {});
  const patience = new Patience(attempt.deadlineAt);
  for (let failures = 0; !signal.aborted; ) {
    const started = Date.now();
    try {
      await driveOnce(attempt, patience, signal);
      failures = 0;
      await pause(END_PATIENCE_MS, signal);
    } catch (error) {
      if (isNoSuchContainer(error)) {
        return;
      }
      if (Date.now() - started > LONG_MS) {
        failures = 0;
        patience.renew();
      }
      failures++;
      await pause(Math.min(200 * 2 ** failures, MAX_BACKOFF_MS), signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Builds once and reports the end. An engine that cannot be asked makes it reject, and is no end. */
async function driveOnce(
  attempt: BuildAttempt,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const { engine, containerId, attemptId } = attempt;
  const before = await engine.raw(docker => readResult(docker, attemptId));
  const progress = await readProgress(engine, containerId, attemptId);
  const relay = await Relay.attach(engine, containerId, attemptId, signal);
  try {
    if (!progress.begun) {
      await relay.begin();
    }
    const result =
      before ??
      (await buildAndNote(attempt, { relay, progress, patience, signal }));
    signal.throwIfAborted();
    await relay.end(result.type === 'image' ? 0 : 1);
  } finally {
    relay.close();
  }
}

async function buildAndNote(
  attempt: BuildAttempt,
  {
    relay,
    progress,
    patience,
    signal,
  }: {
    relay: Relay;
    progress: Progress;
    patience: Patience;
    signal: AbortSignal;
  },
): Promise<BuildResult> {
  const { engine, attemptId } = attempt;
  if (progress.begun) {
    await relay.write(
      '\nThe build was interrupted, and goes on with what is built already\n',
    );
  }
  const write = async (text: string) => await relay.write(text);
  const result = await buildAndPush(attempt, {
    step: progress.step,
    write,
    patience,
    signal,
  });
  signal.throwIfAborted();
  if (result.type !== 'image') {
    await relay.write(`${result.reason.text}\n`);
  }
  return await engine.raw(docker => noteResult(docker, attemptId, result));
}

async function buildAndPush(
  attempt: BuildAttempt,
  options: {
    step: number;
    write(text: string): Promise<void>;
    patience: Patience;
    signal: AbortSignal;
  },
): Promise<BuildResult> {
  const { engine, build, attemptId } = attempt;
  try {
    const id = await buildImage({ ...attempt, ...options });
    const tags = [attemptId, ...(build.tag === undefined ? [] : [build.tag])];
    await engine.call(async docker => {
      for (const tag of tags) {
        await docker
          .getImage(id)
          .tag({ repo: repositoryOf(build.pipelineRef), tag });
      }
    });
    const reference = await pushImage({
      ...options,
      deadlineAt: attempt.deadlineAt,
      engine,
      registries: engine.config.registries,
      pipelineRef: build.pipelineRef,
      id,
      tags,
    });
    return {
      type: 'image',
      id,
      ...(reference !== undefined && { reference }),
    };
  } catch (error) {
    options.signal.throwIfAborted();
    const failure = judgeFailure(error, engine.name);
    if (failure.type !== 'away') {
      return failure;
    }
    if (options.patience.lasts(MAX_BACKOFF_MS)) {
      await options.write(`\n${failure.reason.text}; it is tried again\n`);
      throw error;
    }
    return { ...failure, type: 'errored' };
  }
}
