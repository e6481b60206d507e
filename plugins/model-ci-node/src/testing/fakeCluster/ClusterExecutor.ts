import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, NotFoundError } from '@backstage/errors';
import { z } from 'zod';
import type {
  AttemptSpec,
  Collection,
  Executor,
  Handle,
  LogChunk,
  NodeInfo,
  Outcome,
  Phase,
} from '../../executor';
import { ResultsLostError } from '../../ResultsLostError';
import { abortError } from '../../waiting';
import { packPath, unpackParts, workspacePath } from '../../workspace';
import { JobExistsError, type FakeCluster } from './FakeCluster';
import type { JobSpec, JobState, KillReason } from './FakeJob';

const handleSchema = z.object({ job: z.string() });

/**
 * The executor of a `FakeCluster`. It has no state of its own worth keeping. Where the backend signs URLs, jobs fetch
 * and upload for themselves; else it streams.
 */
export class ClusterExecutor implements Executor {
  private readonly starting = new Map<string, Promise<Handle>>();

  constructor(
    private readonly cluster: FakeCluster,
    readonly name = 'cluster',
    private readonly node: Partial<NodeInfo> = {},
  ) {}

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
    const name = nameOf(handle);
    // A watch that ends is begun anew: only a state says that the job has ended.
    while (!signal.aborted) {
      for await (const state of this.watch(name, signal)) {
        const seen = read(state);
        if (seen?.type === 'pending' || seen?.type === 'running') {
          onPhase(seen);
        } else if (seen) {
          return seen;
        }
      }
    }
    throw abortError(signal);
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogChunk> {
    const job = this.cluster.jobs.get(nameOf(handle));
    for (let at = offset; job; ) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      if (at < job.log.length) {
        const data = job.log.subarray(at);
        yield { offset: at, data };
        at += data.length;
      } else if (job.hasEnded) {
        return;
      } else {
        await once(job.events, 'change', { signal });
      }
    }
  }

  async collect(handle: Handle, path: string): Promise<Collection> {
    const name = nameOf(handle);
    const plain = workspacePath(path);
    const job = this.cluster.jobs.get(name);
    if (!job) {
      throw new ResultsLostError(`Job ${name} is gone`);
    }
    const uploaded = job.uploads.get(plain);
    switch (uploaded?.type) {
      case undefined:
        return await packPath(job.workspace, path);
      case 'uploaded':
        return { digest: uploaded.digest };
      case 'missing':
        throw new NotFoundError(`There is no '${path}' in the workspace`);
      case 'refused':
        throw new InputError(uploaded.reason);
      default:
        return uploaded satisfies never;
    }
  }

  async cancel(handle: Handle, reason: KillReason): Promise<void> {
    await this.cluster.kill(nameOf(handle), reason);
  }

  async withdraw({
    attemptId,
  }: Pick<AttemptSpec, 'attemptId' | 'node'>): Promise<void> {
    await this.starting.get(attemptId)?.catch(() => {});
    await this.cluster.delete(jobName(attemptId));
  }

  async cleanup(handle: Handle): Promise<void> {
    await this.cluster.delete(nameOf(handle));
  }

  async inventory(): Promise<NodeInfo[]> {
    return [
      {
        name: this.name,
        scheduling: 'cluster',
        labels: {},
        capacity: { cpus: 4, memoryBytes: 2 ** 33, gpus: 0 },
        health: 'healthy',
        ...this.node,
      },
    ];
  }

  private async *watch(name: string, signal: AbortSignal) {
    try {
      yield* this.cluster.watch(name, signal);
    } catch (error) {
      throw signal.aborted ? abortError(signal) : error;
    }
  }

  private async start(spec: AttemptSpec): Promise<Handle> {
    if (spec.node !== (this.node.name ?? this.name)) {
      throw new InputError(`This cluster is not '${spec.node}'`);
    }
    if (spec.network === 'none') {
      throw new InputError(`This cluster cannot take the network away`);
    }
    const name = jobName(spec.attemptId);
    if (!this.cluster.look(name)) {
      await this.create(name, spec);
    }
    return { job: name };
  }

  private async create(name: string, spec: AttemptSpec): Promise<void> {
    const folder = this.cluster.folderOf(name);
    const draft = `${folder}.${randomUUID()}`;
    try {
      const job = await this.toJob(name, spec, draft);
      await rename(draft, folder).catch(() => {
        // Another start was first
      });
      await this.cluster.create(job, folder);
    } catch (error) {
      if (!(error instanceof JobExistsError)) {
        throw error;
      }
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  private async toJob(
    name: string,
    spec: AttemptSpec,
    draft: string,
  ): Promise<JobSpec> {
    const { script, shell = 'sh', env, timeoutSeconds, maxLogBytes } = spec;
    const workspace = join(draft, 'workspace');
    await mkdir(workspace, { recursive: true });
    const fetch = await signParts(spec);
    if (!fetch) {
      await unpackParts(workspace, spec.workspace);
    }
    const upload = await Promise.all(
      (spec.uploads ?? []).map(async ({ path, signUrl }) => ({
        path: workspacePath(path),
        url: (await signUrl()).url,
      })),
    );
    const limits = { timeoutSeconds, maxLogBytes };
    return { name, script, shell, env, ...limits, fetch: fetch ?? [], upload };
  }
}

async function signParts({
  workspace,
}: AttemptSpec): Promise<JobSpec['fetch'] | undefined> {
  const signed: JobSpec['fetch'] = [];
  for (const { path, signUrl } of workspace) {
    if (!signUrl) {
      return undefined;
    }
    signed.push({ path, url: (await signUrl()).url });
  }
  return signed;
}

/** Every state there is; those that are unknown end nothing. */
function read(state: JobState | undefined): Outcome | Phase | undefined {
  switch (state?.state) {
    case undefined:
      return { type: 'lost', reason: 'The cluster does not know its job' };
    case 'PENDING':
      return { type: 'pending', reason: state.reason };
    case 'RUNNING': {
      const { startedAt, machine } = state;
      return { type: 'running', startedAt, node: machine };
    }
    case 'COMPLETED':
      return { type: 'exited', exitCode: state.exitCode };
    case 'KILLED':
      return { type: 'killed', reason: state.reason };
    default:
      return undefined;
  }
}

function jobName(attemptId: string): string {
  return `job-${attemptId}`;
}

function nameOf(handle: Handle): string {
  return handleSchema.parse(handle).job;
}
