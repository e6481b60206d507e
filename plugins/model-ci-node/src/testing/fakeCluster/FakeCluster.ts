import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FakeJob,
  type JobSpec,
  type JobState,
  type KillReason,
} from './FakeJob';

const MACHINES = ['machine-1', 'machine-2'];

/** There is a job of this name. */
export class JobExistsError extends Error {}

/**
 * A cluster with a scheduler of its own, for tests: a machine room that outlives backends. Its calls are those that
 * clusters have (create by name, watch, delete), and they can fail as those do. Jobs are real processes.
 */
export class FakeCluster {
  readonly jobs = new Map<string, FakeJob>();
  /** Answers of `create` that get lost from now on, after the job was created. */
  lostAnswers = 0;
  /** Jobs that run at the same time. */
  slots = Infinity;
  private readonly events = new EventEmitter().setMaxListeners(0);
  private readonly hidden = new Map<string, JobState>();

  constructor(readonly directory: string) {}

  async create(spec: JobSpec, folder: string): Promise<void> {
    if (this.jobs.has(spec.name)) {
      throw new JobExistsError(`Job ${spec.name} exists`);
    }
    const job = new FakeJob(spec, folder);
    this.jobs.set(spec.name, job);
    job.events.on('change', () => this.changed(job));
    this.schedule();
    if (this.lostAnswers > 0) {
      this.lostAnswers--;
      throw new Error('socket hang up');
    }
  }

  /** What is seen of a job; undefined where there is none. */
  look(name: string): JobState | undefined {
    const job = this.jobs.get(name);
    return job && (this.hidden.get(name) ?? job.state);
  }

  /** Has everybody see another state of a job than the true one, until it is shown again. */
  show(name: string, state: JobState | 'true'): void {
    if (state === 'true') {
      this.hidden.delete(name);
    } else {
      this.hidden.set(name, state);
    }
    this.events.emit('change');
  }

  /** The states of a job as they change; the stream may break off at any time, which says nothing of the job. */
  async *watch(
    name: string,
    signal: AbortSignal,
  ): AsyncGenerator<JobState | undefined, void> {
    let seen: string | undefined;
    const drop = new AbortController();
    const onDrop = () => drop.abort();
    this.events.once('drop', onDrop);
    try {
      for (;;) {
        signal.throwIfAborted();
        const state = this.look(name);
        const now = JSON.stringify(state ?? null);
        if (now !== seen) {
          seen = now;
          yield state;
          continue;
        }
        await once(this.events, 'change', {
          signal: AbortSignal.any([signal, drop.signal]),
        });
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!drop.signal.aborted) {
        throw error;
      }
    } finally {
      this.events.off('drop', onDrop);
    }
  }

  /** Breaks every watch off. */
  dropWatches(): void {
    this.events.emit('drop');
  }

  async kill(name: string, reason: KillReason): Promise<void> {
    await this.jobs.get(name)?.kill(reason);
  }

  /** Removes a job with everything of it, running or not. */
  async delete(name: string): Promise<void> {
    const job = this.jobs.get(name);
    if (job) {
      // Nobody sees it end: it is gone
      this.jobs.delete(name);
      this.hidden.delete(name);
      await job.kill('cancelled');
      await rm(job.folder, { recursive: true, force: true });
      this.events.emit('change');
    }
  }

  /** Where a job keeps its files; not there before somebody makes it. */
  folderOf(name: string): string {
    return join(this.directory, name);
  }

  /** Starts what there is room for. */
  schedule(): void {
    const all = [...this.jobs.values()];
    let free = this.slots - all.filter(isRunning).length;
    for (const job of all.filter(({ state }) => state.state === 'PENDING')) {
      if (free > 0) {
        free--;
        const machine = MACHINES[job.spec.name.charCodeAt(0) % MACHINES.length];
        void job.run(machine);
      } else {
        const reason = 'Resources: 0 of 1 machines are free';
        const { state } = job;
        if (!(state.state === 'PENDING' && state.reason === reason)) {
          job.become({ state: 'PENDING', reason });
        }
      }
    }
  }

  private changed(job: FakeJob): void {
    this.events.emit('change');
    if (job.hasEnded && this.slots !== Infinity) {
      this.schedule();
    }
  }
}

function isRunning({ state }: FakeJob): boolean {
  return state.state === 'RUNNING';
}
