import { setTimeout as delay } from 'node:timers/promises';
import {
  deferred,
  untilAborted,
  type Deferred,
} from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import { LABELS } from '../containers/labels';
import type { EngineClient } from './EngineClient';

/** How a container ended, as far as the engine's events tell. */
export type End =
  | {
      type: 'exited';
      /** Unknown where only a list of containers reported it. */
      exitCode?: number;
      /** A process of it was killed for want of memory. */
      outOfMemory: boolean;
    }
  | { type: 'gone' };

interface Watched extends Deferred<End> {
  isEnded: boolean;
  outOfMemory: boolean;
  /** How many wait for the end, the announcement of a start among them. */
  watchers: number;
  /** Ends the announcement. */
  arrived?(): void;
}

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({
    ID: z.string(),
    Attributes: z.object({ exitCode: z.string().optional() }),
  }),
});

const CONNECT_TIMEOUT_MS = 10_000;
const LIST_TIMEOUT_MS = 30_000;
const RECONCILE_MS = 30_000;
const IDLE_MS = 250;
const MAX_BACKOFF_MS = 10_000;
// A container that was started is observed at once; whoever comes later asks the engine instead
const EXPECTED_FOR_MS = 30_000;

const FILTER = JSON.stringify({
  type: ['container'],
  event: ['die', 'oom', 'destroy'],
  label: [LABELS.managed],
});

/**
 * Reports when containers end: one stream of events for all of an engine's containers. After every
 * (re)connection, and now and then, one list of containers makes up for events that were missed. An
 * engine that does not answer ends nothing; it is asked again, ever more slowly.
 *
 * It holds only what somebody waits for right now: whoever comes after the end asks the engine.
 */
export class ContainerWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly open = new Set<string>();
  private running: Promise<void> | undefined;
  private stream = new AbortController();
  private connection = deferred();
  private reconciling: Promise<void> | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly engine: EngineClient) {}

  /** Resolves when events flow, or after one attempt to make them flow. */
  async connected(): Promise<void> {
    this.run();
    await this.connection.promise;
  }

  /** How many containers are watched. */
  get size(): number {
    return this.watched.size;
  }

  /** Announces a container that is about to be started, so that its end is known to whoever observes it next. */
  expect(id: string): void {
    const entry = this.entry(id);
    const release = this.hold(id);
    const patience = setTimeout(release, EXPECTED_FOR_MS).unref();
    entry.arrived = () => {
      clearTimeout(patience);
      entry.arrived = undefined;
      release();
    };
  }

  /** Resolves when the container has ended; rejects with an AbortError once the signal aborts. */
  async ended(id: string, signal: AbortSignal): Promise<End> {
    const isNew = !this.watched.has(id);
    const release = this.hold(id);
    const entry = this.entry(id);
    entry.arrived?.();
    if (isNew) {
      // It may have ended before it was watched. An engine that is away is asked again once it is back
      this.connection.promise.then(() => this.reconcile()).catch(() => {});
    }
    try {
      return await untilAborted(entry.promise, signal);
    } finally {
      release();
    }
  }

  /** Drops what is known of a container that was removed. */
  forget(id: string): void {
    this.report(id, { type: 'gone' });
    this.watched.delete(id);
  }

  private hold(id: string): () => void {
    const entry = this.entry(id);
    entry.watchers++;
    let isHeld = true;
    return () => {
      if (!isHeld) {
        return;
      }
      isHeld = false;
      entry.watchers--;
      if (entry.watchers === 0 && this.watched.get(id) === entry) {
        this.watched.delete(id);
        this.open.delete(id);
        this.closeWhenIdle();
      }
    };
  }

  private report(id: string, end: End): void {
    const entry = this.watched.get(id);
    if (entry && !entry.isEnded) {
      entry.isEnded = true;
      this.open.delete(id);
      entry.resolve(
        end.type === 'exited'
          ? { ...end, outOfMemory: end.outOfMemory || entry.outOfMemory }
          : end,
      );
      this.closeWhenIdle();
    }
  }

  private entry(id: string): Watched {
    let entry = this.watched.get(id);
    if (!entry) {
      entry = {
        ...deferred<End>(),
        isEnded: false,
        outOfMemory: false,
        watchers: 0,
      };
      this.watched.set(id, entry);
      this.open.add(id);
      this.run();
    }
    return entry;
  }

  private run(): void {
    clearTimeout(this.idle);
    this.running ??= this.follow().finally(() => {
      this.running = undefined;
      this.connection = deferred();
      if (this.open.size > 0) {
        this.run();
      }
    });
    this.closeWhenIdle();
  }

  /** A stream that nobody needs would keep the backend from ending. */
  private closeWhenIdle(): void {
    clearTimeout(this.idle);
    if (this.open.size === 0 && this.running) {
      this.idle = setTimeout(() => this.stream.abort(), IDLE_MS);
    }
  }

  private async follow(): Promise<void> {
    this.stream = new AbortController();
    const { signal } = this.stream;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.followOnce(signal, () => {
          failures = 0;
        });
      } catch {
        // Unreachable or cut off: health says so, and here it is only asked again
      }
      this.connection.resolve();
      if (!signal.aborted) {
        const pause = Math.min(200 * 2 ** failures, MAX_BACKOFF_MS);
        await delay(pause, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  private async followOnce(
    signal: AbortSignal,
    onConnected: () => void,
  ): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    const patience = setTimeout(stop, CONNECT_TIMEOUT_MS);
    let sweep: NodeJS.Timeout | undefined;
    try {
      const events = await this.engine.raw(docker =>
        docker.getEvents({ filters: FILTER, abortSignal: attempt.signal }),
      );
      clearTimeout(patience);
      onConnected();
      this.connection.resolve();
      sweep = setInterval(
        // A list that fails shows a connection that is dead without having been closed
        () => void this.reconcile().catch(stop),
        RECONCILE_MS,
      ).unref();
      void this.reconcile().catch(stop);
      for await (const line of linesOf(events)) {
        this.handle(line);
      }
    } finally {
      attempt.abort();
      clearTimeout(patience);
      clearInterval(sweep);
      signal.removeEventListener('abort', stop);
    }
  }

  private handle(line: string): void {
    const { Action, Actor } = eventSchema.parse(JSON.parse(line));
    const entry = this.watched.get(Actor.ID);
    if (!entry) {
      return;
    }
    if (Action === 'oom') {
      entry.outOfMemory = true;
    } else if (Action === 'die') {
      const { exitCode } = Actor.Attributes;
      this.report(Actor.ID, {
        type: 'exited',
        exitCode: exitCode === undefined ? undefined : Number(exitCode),
        outOfMemory: false,
      });
    } else {
      this.report(Actor.ID, { type: 'gone' });
    }
  }

  /** Compares with a list of what the engine has; callers at the same time share one list. */
  private reconcile(): Promise<void> {
    this.reconciling ??= Promise.resolve().then(() => {
      this.reconciling = undefined;
      return this.compare();
    });
    return this.reconciling;
  }

  private async compare(): Promise<void> {
    // Only those known before the list was made: a later one may not be on it yet
    const ids = [...this.open];
    if (ids.length === 0) {
      return;
    }
    const containers = await this.engine.raw(docker =>
      docker.listContainers({
        all: true,
        filters: { label: [LABELS.managed] },
        abortSignal: AbortSignal.timeout(LIST_TIMEOUT_MS),
      }),
    );
    const states = new Map(containers.map(({ Id, State }) => [Id, State]));
    for (const id of ids) {
      const state = states.get(id);
      if (state === undefined) {
        this.report(id, { type: 'gone' });
      } else if (state === 'exited' || state === 'dead') {
        this.report(id, { type: 'exited', outOfMemory: false });
      }
    }
  }
}

async function* linesOf(
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(line => line !== '');
  }
}
