import {
  abortError,
  deferred,
  type Deferred,
  type Outcome,
  type Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Slurm } from '../commands/Slurm';
import type { AttemptFiles, Records } from '../files/AttemptFiles';
import { parseExitRecord, parseKillNote, type ExitProof } from './exitRecord';
import { jobName, type Job } from './Job';
import { conclude, type Observation } from './conclude';

export interface WatchedAttempt {
  attemptId: string;
  proof: ExitProof;
  /** Proves that a kill was noted by whoever holds the handle. */
  killKey?: string;
  maxLogBytes: number;
}

interface Watcher {
  attempt: WatchedAttempt;
  onPhase(phase: Phase): void;
  outcome: Deferred<Outcome>;
  /** What was seen the last time, since when, and how often. */
  seen?: { key: string; since: number; looks: number };
  phase?: string;
}

/** Names that are looked up in accounting with one command. */
const NAMES_AT_ONCE = 500;

interface Seen {
  jobs: Job[];
  inQueue: boolean;
}

/** Looks at all attempts of a cluster that somebody waits for: with one squeue, and at most one sacct, each time. */
export class JobWatch {
  private readonly watchers = new Set<Watcher>();
  private timer?: NodeJS.Timeout;
  private stepping = false;
  private nextAt = 0;
  /** What does not answer, which is said once. */
  private readonly silent = new Set<'queue' | 'accounting'>();

  constructor(
    private readonly options: {
      slurm: Pick<Slurm, 'queue' | 'accounting'>;
      files: Pick<AttemptFiles, 'readRecords'>;
      pollMs: number;
      now(): number;
      onFailure?(error: unknown): void;
    },
  ) {}

  /** Waits for the end of an attempt. */
  async outcome(
    attempt: WatchedAttempt,
    signal: AbortSignal,
    onPhase: (phase: Phase) => void = () => {},
  ): Promise<Outcome> {
    if (signal.aborted) {
      throw abortError(signal);
    }
    const watcher = { attempt, onPhase, outcome: deferred<Outcome>() };
    const onAbort = () => watcher.outcome.reject(abortError(signal));
    signal.addEventListener('abort', onAbort);
    this.watchers.add(watcher);
    this.schedule();
    try {
      return await watcher.outcome.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) {
        clearTimeout(this.timer);
        this.timer = undefined;
      }
    }
  }

  /** One look. */
  async step(): Promise<void> {
    const watchers = [...this.watchers];
    const ids = [...new Set(watchers.map(({ attempt }) => attempt.attemptId))];
    const queue = groupByName(await this.options.slurm.queue());
    const queued = (id: string) => queue.get(jobName(id)) ?? [];
    // Nothing has been written for those that wait
    const started = ids.filter(id => !queued(id).some(isPending));
    const records =
      started.length > 0
        ? await this.options.files.readRecords(started)
        : new Map<string, Records>();
    const proven = new Set(
      watchers
        .filter(({ attempt }) => isProven(attempt, records))
        .map(({ attempt }) => attempt.attemptId),
    );
    const unclear = ids.filter(
      id => needsAccounting(queued(id)) && !proven.has(id),
    );
    const accounted = await this.readAccounting(unclear);
    for (const watcher of watchers) {
      const { attemptId } = watcher.attempt;
      const inQueue = queued(attemptId).length > 0;
      const jobs = merge(
        queued(attemptId),
        accounted?.get(jobName(attemptId)) ?? [],
      );
      // Others wait for accounting
      if (inQueue || accounted || proven.has(attemptId)) {
        this.tell(watcher, { jobs, inQueue }, records.get(attemptId));
      }
    }
  }

  private schedule(): void {
    if (!this.timer && !this.stepping && this.watchers.size > 0) {
      const { now, pollMs } = this.options;
      const delay = Math.min(pollMs, Math.max(0, this.nextAt - now()));
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.stepping = true;
        this.nextAt = now() + pollMs;
        this.step()
          .then(
            () => this.silent.delete('queue'),
            error => this.noteSilence('queue', error),
          )
          .finally(() => {
            this.stepping = false;
            this.schedule();
          });
      }, delay);
    }
  }

  /** Undefined where accounting was asked and does not answer. A cluster without any knows of nothing. */
  private async readAccounting(
    ids: string[],
  ): Promise<Map<string, Job[]> | undefined> {
    const jobs: Job[] = [];
    try {
      for (let at = 0; at < ids.length; at += NAMES_AT_ONCE) {
        const found = await this.options.slurm.accounting(
          ids.slice(at, at + NAMES_AT_ONCE),
        );
        jobs.push(...(found ?? []));
      }
      this.silent.delete('accounting');
      return groupByName(jobs);
    } catch (error) {
      this.noteSilence('accounting', error);
      return undefined;
    }
  }

  private noteSilence(what: 'queue' | 'accounting', error: unknown): void {
    if (!this.silent.has(what)) {
      this.silent.add(what);
      this.options.onFailure?.(error);
    }
  }

  private tell(watcher: Watcher, seen: Seen, records?: Records): void {
    const finding = conclude(this.observationOf(watcher, seen, records));
    switch (finding.type) {
      case 'unknown':
        return;
      case 'pending':
      case 'running': {
        const phase = JSON.stringify(finding);
        if (phase !== watcher.phase) {
          watcher.phase = phase;
          watcher.onPhase(finding);
        }
        return;
      }
      default:
        watcher.outcome.resolve(finding);
    }
  }

  private observationOf(
    watcher: Watcher,
    { jobs, inQueue }: Seen,
    records?: Records,
  ): Observation {
    const { proof, maxLogBytes } = watcher.attempt;
    const seenRecords = records?.type === 'seen' ? records : undefined;
    const folder = records?.type ?? 'unseen';
    const record = parseExitRecord(seenRecords?.exit, proof);
    const killed = parseKillNote(seenRecords?.killed, watcher.attempt);
    const said = jobs.map(job => `${job.id} ${job.said}`);
    const key = JSON.stringify([said, inQueue, folder, record, killed]);
    const now = this.options.now();
    watcher.seen =
      watcher.seen?.key === key
        ? { ...watcher.seen, looks: watcher.seen.looks + 1 }
        : { key, since: now, looks: 1 };
    return {
      ...{ jobs, inQueue, folder },
      ...(record && { record }),
      ...(killed && { killed }),
      logTooLong: (seenRecords?.logBytes ?? 0) > maxLogBytes,
      sameForMs: now - watcher.seen.since,
      sameLooks: watcher.seen.looks,
    };
  }
}

function isProven(
  { attemptId, proof }: WatchedAttempt,
  all: Map<string, Records>,
): boolean {
  const records = all.get(attemptId);
  return (
    records?.type === 'seen' &&
    parseExitRecord(records.exit, proof) !== undefined
  );
}

function groupByName(jobs: Job[]): Map<string, Job[]> {
  const grouped = new Map<string, Job[]>();
  for (const job of jobs) {
    grouped.set(job.name, [...(grouped.get(job.name) ?? []), job]);
  }
  return grouped;
}

function isPending({ state }: Job): boolean {
  return state.type === 'pending';
}

/** Those that left the queue, and those that failed there, where squeue does not say how. */
function needsAccounting(jobs: Job[]): boolean {
  return jobs.every(
    ({ state }) => state.type === 'final' && state.state === 'FAILED',
  );
}

/** What the queue says, with what accounting knows besides of those that have ended. */
function merge(queued: Job[], accounted: Job[]): Job[] {
  if (queued.length === 0) {
    return accounted;
  }
  return queued.map(
    job =>
      accounted.findLast(
        ({ id, state }) =>
          id === job.id && state.type === 'final' && job.state.type === 'final',
      ) ?? job,
  );
}
