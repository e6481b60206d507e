import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  abortError,
  type Outcome,
  type Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Build } from '../client/schemas';
import type { ConsoleFacts } from '../console/ConsoleFacts';
import { ConsoleReader } from '../console/ConsoleReader';
import type { Controller } from '../Controller';
import { judge, noteIn } from './judge';
import { confirmGone, placeOf, type Whereabouts } from './locate';
import { Stopper } from './Stopper';
import type { Seen } from './Watch';

export interface ObservedAttempt extends Whereabouts {
  attemptId: string;
  timeoutSeconds: number;
}

/** Looks that miss an attempt before Jenkins is asked for it by itself. */
const MISSES = 2;
/** The agent keeps the time limit; so much later the portal does. */
const GRACE_MS = 60_000;
/** After so many failures in a row somebody should know. */
const MANY_FAILURES = 3;

/** Follows one attempt from look to look. */
export class BuildObserver {
  private reader?: ConsoleReader;
  private stopper?: Stopper;
  private number?: number;
  private misses = 0;
  private shown = '';
  private runningSince?: number;

  constructor(
    private readonly options: {
      controller: Controller;
      attempt: ObservedAttempt;
      onPhase(phase: Phase): void;
      onOverdue(): Promise<void>;
      onEnd(facts: ConsoleFacts): void;
    },
  ) {
    this.number = options.attempt.build;
  }

  /** Waits for the end. What cannot be asked or is not understood ends nothing. */
  async outcome(signal: AbortSignal): Promise<Outcome> {
    for (let failures = 0; ; ) {
      const seen = await this.options.controller.watch.next(signal);
      try {
        const outcome = await this.step(seen, signal);
        if (outcome) {
          return outcome;
        }
        failures = 0;
      } catch (error) {
        if (signal.aborted) {
          throw abortError(signal);
        }
        // The next look comes
        failures++;
        if (failures === MANY_FAILURES) {
          const { controller, attempt } = this.options;
          controller.warn(
            `attempt ${attempt.attemptId} cannot be observed at present: ${error}`,
          );
        }
      }
    }
  }

  private async step(
    seen: Seen,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const { controller, attempt } = this.options;
    const place = placeOf(seen, attempt.attemptId);
    switch (place.type) {
      case 'queued':
        this.misses = 0;
        this.show({
          type: 'pending',
          reason: place.item.why ?? reason('jenkins.waitQueue'),
        });
        return undefined;
      case 'build':
        this.misses = 0;
        this.number = place.build.number;
        return place.build.building
          ? await this.follow(place.build, seen, signal)
          : await this.conclude(place.build, signal);
      case 'absent':
        this.misses++;
        return this.misses < MISSES
          ? undefined
          : await confirmGone(controller.client, controller.jobPath, {
              ...attempt,
              ...(this.number !== undefined && { build: this.number }),
            });
      default:
        return place satisfies never;
    }
  }

  private async follow(
    build: Build,
    seen: Seen,
    signal: AbortSignal,
  ): Promise<undefined> {
    const { controller } = this.options;
    const path = controller.buildPath(build.number);
    const node = nodeIn(build, this.options.attempt.attemptId);
    if (node === undefined) {
      this.show({
        type: 'pending',
        reason: seen.waits.get(path) ?? reason('jenkins.waitAgent'),
      });
    } else {
      await this.showStart(path, node, signal);
    }
    if (noteIn(build)) {
      this.stopper ??= new Stopper(controller.client, path);
      await this.stopper.push(Date.now());
    }
    return undefined;
  }

  private async showStart(
    path: string,
    node: string,
    signal: AbortSignal,
  ): Promise<void> {
    const facts = this.readerOf(path).facts;
    if (facts.startedAt === undefined) {
      await this.readPage(path, signal);
    }
    const { startedAt } = facts;
    if (startedAt === undefined) {
      this.show({ type: 'pending', reason: reason('jenkins.waitWorkspace') });
      return;
    }
    this.show({ type: 'running', startedAt, node });
    // By this clock: that of the agent may be another
    this.runningSince ??= Date.now();
    const limitMs = this.options.attempt.timeoutSeconds * 1000 + GRACE_MS;
    if (Date.now() - this.runningSince > limitMs) {
      await this.options.onOverdue();
    }
  }

  private async conclude(
    build: Build,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const path = this.options.controller.buildPath(build.number);
    const { facts } = this.readerOf(path);
    const page = await this.readPage(path, signal);
    if (page !== 'complete') {
      return undefined;
    }
    this.options.onEnd(facts);
    return judge(build, facts);
  }

  private async readPage(path: string, signal: AbortSignal) {
    const pages = this.readerOf(path).page(signal);
    for (;;) {
      const step = await pages.next();
      if (step.done) {
        return step.value;
      }
    }
  }

  private readerOf(path: string): ConsoleReader {
    this.reader ??= new ConsoleReader(this.options.controller.client, path);
    return this.reader;
  }

  private show(phase: Phase): void {
    const text = JSON.stringify(phase);
    if (text !== this.shown) {
      this.shown = text;
      this.options.onPhase(phase);
    }
  }
}

/** The agent that has the build, which it says by its name; undefined while it waits for one. */
function nodeIn(
  { displayName }: Pick<Build, 'displayName'>,
  attemptId: string,
): string | undefined {
  const before = `${attemptId} on `;
  return displayName?.startsWith(before)
    ? displayName.slice(before.length)
    : undefined;
}
