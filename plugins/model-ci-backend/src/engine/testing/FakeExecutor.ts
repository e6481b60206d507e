import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  ResultsLostError,
  type AttemptSpec,
  type Executor,
  type FoundAttempt,
  type GrowingFile,
  type Handle,
  type LogChunk,
  type NodeInfo,
  type Outcome,
  type PendingPhase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { packFiles } from './FakeSource';

/** Longest time that a timer of Node can be set to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One attempt in the fake: what it was asked, wrote, left behind, and how it ended. */
export class FakeTask {
  log = Buffer.alloc(0);
  outcome?: Outcome;
  /** Files of the workspace, by path. */
  readonly files: Record<string, string> = {};
  /** Calls of `submit`, of which the first one alone starts the task. */
  submissions = 0;
  cleanups = 0;
  withdrawals = 0;
  /** Whether everything that it has left is gone. */
  isRemoved = false;
  cancels: string[] = [];
  readonly events = new EventEmitter().setMaxListeners(0);

  private timer?: NodeJS.Timeout;

  constructor(readonly spec: AttemptSpec) {}

  write(text: string): void {
    this.log = Buffer.concat([this.log, Buffer.from(text)]);
    this.events.emit('change');
  }

  exit(exitCode: number): void {
    this.end({ type: 'exited', exitCode });
  }

  /** A limit of time that a test does not wait for keeps no process alive. */
  killAfter(seconds: number): void {
    this.timer = setTimeout(
      () => this.end({ type: 'killed', reason: 'timeout' }),
      Math.min(seconds * 1000, MAX_TIMER_MS),
    ).unref();
  }

  end(outcome: Outcome): void {
    clearTimeout(this.timer);
    this.outcome ??= outcome;
    this.events.emit('change');
  }
}

/** `submitted` stands for a `submit` whose answer is lost after the task was started. */
type FailingCall = 'submit' | 'submitted' | 'observe' | 'readLogs' | 'withdraw';

export type FakeScript = (task: FakeTask) => void | Promise<void>;

export interface FakeExecutorOptions {
  name?: string;
  takesSecrets?: boolean;
  nodes?: NodeInfo[];
  /** What a task does once it was started; without it, tasks end at once with exit code 0. */
  script?: FakeScript;
  /** What has to be there before a task can start, such as an image. */
  prepare?(
    spec: AttemptSpec,
    onPhase: (phase: PendingPhase) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

/**
 * An executor in memory that fulfils the contract, for tests. It stands for the machine: engines may come and
 * go while its tasks live on.
 */
export class FakeExecutor implements Executor {
  readonly name: string;
  readonly takesSecrets: boolean;
  readonly tasks = new Map<string, FakeTask>();
  /** Errors that the next calls of a method answer with, in order. */
  readonly failures: Record<FailingCall, Error[]> = {
    submit: [],
    submitted: [],
    observe: [],
    readLogs: [],
    withdraw: [],
  };
  nodes: NodeInfo[];
  /** What it says that it has of attempts. */
  left: FoundAttempt[] = [];
  readonly withdrawn: string[] = [];
  private readonly script: FakeScript;
  private readonly prepare: NonNullable<FakeExecutorOptions['prepare']>;
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(options: FakeExecutorOptions = {}) {
    this.name = options.name ?? 'process';
    this.takesSecrets = options.takesSecrets ?? true;
    this.nodes = options.nodes ?? [fakeNode('local')];
    this.prepare = options.prepare ?? (async () => {});
    this.script = options.script ?? (task => task.exit(0));
  }

  /** The tasks of a stage, in the order of their start. */
  tasksOf(stage: string): FakeTask[] {
    return [...this.tasks.values()].filter(({ spec }) => spec.stage === stage);
  }

  /** Waits for the nth task of a stage. */
  async started(stage: string, number = 1): Promise<FakeTask> {
    while (this.tasksOf(stage).length < number) {
      await once(this.events, 'started', {
        signal: AbortSignal.timeout(10_000),
      });
    }
    return this.tasksOf(stage)[number - 1];
  }

  async submit(
    spec: AttemptSpec,
    onPhase: (phase: PendingPhase) => void = () => {},
    signal?: AbortSignal,
  ): Promise<Handle> {
    await this.prepare(spec, onPhase, signal);
    const failure = this.failures.submit.shift();
    if (failure) {
      throw failure;
    }
    if (!this.nodes.some(({ name }) => name === spec.node)) {
      throw new InputError(`There is no node '${spec.node}'`);
    }
    let task = this.tasks.get(spec.attemptId);
    if (!task) {
      task = new FakeTask(spec);
      this.tasks.set(spec.attemptId, task);
      task.killAfter(spec.timeoutSeconds);
      void this.script(task);
      this.events.emit('started');
    }
    task.submissions++;
    const lost = this.failures.submitted.shift();
    if (lost) {
      throw lost;
    }
    return { task: spec.attemptId };
  }

  async observe(handle: Handle, signal: AbortSignal): Promise<Outcome> {
    const failure = this.failures.observe.shift();
    if (failure) {
      throw failure;
    }
    const task = this.find(handle);
    while (!task?.outcome) {
      if (!task) {
        return { type: 'lost', reason: 'The machine does not know it.' };
      }
      signal.throwIfAborted();
      await once(task.events, 'change', { signal });
    }
    return task.outcome;
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogChunk> {
    const failure = this.failures.readLogs.shift();
    if (failure) {
      throw failure;
    }
    const task = this.find(handle);
    for (let position = offset; task; ) {
      signal.throwIfAborted();
      if (position < task.log.length) {
        const data = task.log.subarray(position);
        yield { offset: position, data };
        position += data.length;
      } else if (task.outcome) {
        return;
      } else {
        await once(task.events, 'change', { signal });
      }
    }
  }

  async collect(handle: Handle, path: string): Promise<Readable> {
    if (this.find(handle)?.isRemoved) {
      throw new ResultsLostError('Its machine burnt down');
    }
    const files = Object.entries(this.find(handle)?.files ?? {}).filter(
      ([name]) => name === path || name.startsWith(`${path}/`),
    );
    if (files.length === 0) {
      throw new NotFoundError(`There is no '${path}' in the workspace`);
    }
    return Readable.from([await packFiles(Object.fromEntries(files))]);
  }

  async *peek(handle: Handle, path: string): AsyncGenerator<GrowingFile> {
    const files = Object.entries(this.find(handle)?.files ?? {});
    for (const [name, text] of files) {
      if (path === '.' || name === path || name.startsWith(`${path}/`)) {
        const content = Buffer.from(text);
        yield {
          path: name,
          size: content.length,
          async *read(offset) {
            if (offset < content.length) yield content.subarray(offset);
          },
        };
      }
    }
  }

  async cancel(
    handle: Handle,
    reason: 'cancelled' | 'timeout' | 'log-limit',
  ): Promise<void> {
    const task = this.find(handle);
    task?.cancels.push(reason);
    task?.end({ type: 'killed', reason });
  }

  async listAttempts(): Promise<FoundAttempt[]> {
    return this.left;
  }

  async withdraw({ attemptId }: { attemptId: string }): Promise<void> {
    const failure = this.failures.withdraw.shift();
    if (failure) {
      throw failure;
    }
    this.withdrawn.push(attemptId);
    const task = this.tasks.get(attemptId);
    if (task) {
      task.withdrawals++;
      task.end({ type: 'lost', reason: 'It was withdrawn.' });
    }
  }

  async cleanup(handle: Handle): Promise<void> {
    const task = this.find(handle);
    if (task) {
      task.cleanups++;
      task.events.emit('cleaned');
    }
  }

  async inventory(): Promise<NodeInfo[]> {
    return this.nodes;
  }

  private find(handle: Handle): FakeTask | undefined {
    return this.tasks.get(String(handle.task));
  }
}

/** A healthy node of the size given. */
export function fakeNode(
  name: string,
  options: Partial<NodeInfo['capacity']> & Partial<NodeInfo> = {},
): NodeInfo {
  const { cpus = 100, memoryBytes = 2 ** 40, gpus = 0, ...rest } = options;
  return {
    name,
    labels: {},
    health: 'healthy',
    capacity: { cpus, memoryBytes, gpus },
    ...rest,
  };
}
