import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTEMPT, LABEL, PLAN } from '../client/schemas';
import { FakeBuild, type BuildHost, type FakeAgent } from './FakeBuild';

export interface QueueItem {
  id: number;
  /** Of a build that is to begin. */
  parameters?: Record<string, string>;
  /** Of one that waits for an agent: the item is a `PlaceholderTask` with the build's address. */
  build?: FakeBuild;
  label?: string;
}

interface LeftItem {
  item: QueueItem;
  at: number;
  cancelled: boolean;
  number?: number;
}

/** `Queue.leftItems` forgets them then. */
const LEFT_MS = 5 * 60_000;

/**
 * What a Jenkins controller remembers and does, as its sources say: core, workflow-job, workflow-cps, workflow-durable-task-step.
 * It is a stand-in, not a Jenkins.
 */
export class FakeJenkins implements BuildHost {
  readonly id = randomUUID();
  readonly builds = new Map<number, FakeBuild>();
  readonly queue: QueueItem[] = [];
  readonly agents: FakeAgent[] = [];
  /** Declared parameters of the job; undefined while there is no job. */
  declared?: string[];
  isFull = false;
  /** After `quietDown`: what is queued stays there. */
  isQuiet = false;
  isDown = false;
  readonly unknown = new Set<string>();
  private readonly left = new Map<number, LeftItem>();
  private readonly waiting = new Map<number, (agent?: FakeAgent) => void>();
  private nextId = 1;
  private nextBuildNumber = 1;

  private constructor(readonly folder: string, readonly now: () => number) {}

  static async create(now: () => number = Date.now): Promise<FakeJenkins> {
    const folder = await mkdtemp(join(tmpdir(), 'model-ci-jenkins-'));
    return new FakeJenkins(folder, now);
  }

  addAgent(name: string, labels: string[], executors: number): void {
    this.agents.push({
      ...{ name, labels, executors, busy: 0 },
      folder: join(this.folder, name),
    });
  }

  /** Merges what is the same as something in the queue: strings by their value, passwords by their name alone. */
  schedule(parameters: Record<string, string>): {
    id: number;
    isCreated: boolean;
  } {
    const same = this.queue.find(
      item =>
        item.parameters?.[ATTEMPT] === parameters[ATTEMPT] &&
        item.parameters[LABEL] === parameters[LABEL],
    );
    if (same) {
      return { id: same.id, isCreated: false };
    }
    const item: QueueItem = { id: this.nextId++, parameters };
    this.queue.push(item);
    this.startSoon(item);
    return { id: item.id, isCreated: true };
  }

  cancelItem(id: number): boolean {
    const item = this.queue.find(candidate => candidate.id === id);
    if (!item) {
      return false;
    }
    this.leave(item, true);
    this.waiting.get(id)?.();
    return true;
  }

  /** Undefined 5 minutes after it left the queue. */
  findLeft(id: number): LeftItem | undefined {
    const left = this.left.get(id);
    return left && this.now() - left.at <= LEFT_MS ? left : undefined;
  }

  why(item: QueueItem): string | null {
    if (item.parameters) {
      return this.isQuiet ? 'Jenkins is about to shut down' : null;
    }
    const { label = '' } = item;
    const agents = this.agents.filter(agent => matches(agent, label));
    if (agents.length === 0) {
      return `There are no nodes with the label ‘${label}’`;
    }
    return agents.every(agent => agent.offline !== undefined)
      ? `‘${agents[0].name}’ is offline`
      : `Waiting for next available executor on ‘${label}’`;
  }

  setFull(isFull: boolean): void {
    this.isFull = isFull;
    this.dispatch();
  }

  /** The `node` step. Undefined where it was interrupted. */
  async awaitAgent(
    build: FakeBuild,
    label: string,
    signal: AbortSignal,
  ): Promise<FakeAgent | undefined> {
    const item: QueueItem = { id: this.nextId++, build, label };
    this.queue.push(item);
    return await new Promise(resolve => {
      const settle = (agent?: FakeAgent) => {
        this.waiting.delete(item.id);
        if (this.queue.includes(item)) {
          this.leave(item, agent === undefined);
        }
        resolve(agent);
      };
      this.waiting.set(item.id, settle);
      signal.addEventListener('abort', () => settle());
      if (signal.aborted) {
        settle();
      }
      this.dispatch();
    });
  }

  release(agent: FakeAgent): void {
    agent.busy--;
    this.dispatch();
  }

  /** Comes back with what is on disk: builds, and the queue unless it is lost. Builds go on where they were. */
  restart(options: { losesQueue?: boolean } = {}): void {
    this.left.clear();
    if (options.losesQueue) {
      this.queue
        .filter(({ parameters }) => parameters)
        .forEach(item => this.queue.splice(this.queue.indexOf(item), 1));
    }
    for (const build of this.builds.values()) {
      if (build.building) {
        build.write(
          'Resuming build at Fri Nov 27 12:00:00 UTC after Jenkins restart\n',
        );
      }
    }
    this.isQuiet = false;
    this.queue.filter(({ parameters }) => parameters).forEach(this.startSoon);
  }

  /** The machine of an agent is gone, and somebody removes the agent. */
  async loseAgent(name: string): Promise<void> {
    const agent = this.agents.find(candidate => candidate.name === name);
    if (agent) {
      this.agents.splice(this.agents.indexOf(agent), 1);
    }
    for (const build of this.builds.values()) {
      if (build.building && build.displayName.endsWith(` on ${name}`)) {
        build.write(`Cannot contact ${name}: java.lang.InterruptedException\n`);
        await build.killProcesses();
        await build.interrupt(
          'stop',
          `Agent ${name} was deleted; cancelling node body`,
        );
      }
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(
      [...this.builds.values()].map(build => build.killProcesses()),
    );
    await rm(this.folder, { recursive: true, force: true });
  }

  /** In neither list for a moment, as the executor that takes an item makes the build of it. */
  private readonly startSoon = (item: QueueItem): void => {
    setTimeout(() => {
      if (this.isQuiet || !this.queue.includes(item)) {
        return;
      }
      this.leave(item, false);
      setTimeout(() => this.begin(item), 5);
    }, 5);
  };

  private begin(item: QueueItem): void {
    const number = this.nextBuildNumber++;
    const build = new FakeBuild(this, number, item.parameters ?? {});
    this.builds.set(number, build);
    const left = this.left.get(item.id);
    if (left) {
      left.number = number;
    }
    void build.run();
  }

  private leave(item: QueueItem, cancelled: boolean): void {
    this.queue.splice(this.queue.indexOf(item), 1);
    this.left.set(item.id, { item, at: this.now(), cancelled });
  }

  private dispatch(): void {
    for (const item of [...this.queue]) {
      const agent =
        item.build &&
        !this.isFull &&
        this.agents.find(
          candidate =>
            matches(candidate, item.label ?? '') &&
            candidate.offline === undefined &&
            candidate.busy < candidate.executors,
        );
      if (agent) {
        agent.busy++;
        this.waiting.get(item.id)?.(agent);
      }
    }
  }
}

export function matches(agent: FakeAgent, label: string): boolean {
  return label === '' || [agent.name, ...agent.labels].includes(label);
}

/** Values as the remote API shows them: those of passwords are not exported. */
export function shownParameters(parameters: Readonly<Record<string, string>>) {
  return Object.entries(parameters).map(([name, value]) =>
    name === PLAN ? { name } : { name, value },
  );
}
