import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Outcome, Phase } from '@model-ci/backstage-plugin-model-ci-node';
import { NOT_RUN } from './batchScript';
import type { ExitRecord, KillReason } from './exitRecord';
import type { Job } from './Job';
import type { FinalState } from './states';
import { waitReason } from './waitReason';

/** What is known of an attempt at one moment. */
export interface Observation {
  /** What Slurm says of its jobs: there is one, unless an answer to `sbatch` was lost. */
  jobs: Job[];
  /** Whether the queue knows them; what only accounting knows may be late. */
  inQueue: boolean;
  /** Whether its folder can be looked into: what is not in one that is away was not left out. */
  folder: 'seen' | 'unseen' | 'gone';
  /** The end that its batch script wrote down. */
  record?: ExitRecord;
  /** Why it was killed, noted before it was. */
  killed?: KillReason;
  logTooLong: boolean;
  /** How long it has been as it is: with these states and this record. */
  sameForMs: number;
  /** Looks that have shown the same. */
  sameLooks: number;
}

export type Finding = Phase | Outcome | { type: 'unknown' };

/**
 * Twice, and over some seconds: a shared file system shows a record late, accounting lags behind the queue, and a job
 * that was preempted or whose node failed may be on its way back into the queue.
 */
const SURE_LOOKS = 2;
const SURE_MS = 3_000;

/** A record is proof by itself; Slurm is waited for this long to say whether it knows more, such as a lack of memory. */
const RECORD_ALONE_MS = 60_000;

/** Jobs leave the queue `MinJobAge` after their end (stock: 5 minutes), and accounting is written with some delay. */
const FORGOTTEN_MS = 5 * 60_000;

/** What follows from what was observed. No answer is never an end: it is no evidence either. */
export function conclude(observed: Observation): Finding {
  const { record, jobs } = observed;
  if (record?.exitCode === 0 && !record.terminated) {
    return ended(observed, record.exitCode);
  }
  const active = jobs.filter(({ state }) => state.type !== 'final');
  if (active.length > 0 && observed.inQueue) {
    return record && observed.sameForMs > RECORD_ALONE_MS
      ? ended(observed, record.exitCode)
      : phaseOf(active);
  }
  if (observed.folder !== 'seen') {
    return observed.folder === 'gone' && observed.sameForMs > FORGOTTEN_MS
      ? lost(reason('slurm.lostFolder'))
      : { type: 'unknown' };
  }
  const job = lastOf(jobs);
  if (job?.state.type !== 'final') {
    return concludeForgotten(observed);
  }
  return concludeFinal(job, job.state.state, observed);
}

function phaseOf(active: Job[]): Finding {
  const running = active.find(({ state }) => state.type === 'running');
  if (running?.startedAt) {
    const { startedAt, node } = running;
    return { type: 'running', startedAt, ...(node !== undefined && { node }) };
  }
  const pending = active.find(({ state }) => state.type === 'pending');
  return pending
    ? { type: 'pending', reason: waitReason(pending.reason ?? pending.said) }
    : { type: 'unknown' };
}

function concludeFinal(
  job: Job,
  state: FinalState,
  observed: Observation,
): Finding {
  const { record, killed, logTooLong } = observed;
  if (killed || logTooLong || (record && isOwnEnd(record, state))) {
    return ended(observed, record?.exitCode);
  }
  if (observed.sameLooks < SURE_LOOKS || observed.sameForMs < SURE_MS) {
    return { type: 'unknown' };
  }
  switch (state) {
    case 'COMPLETED':
    case 'FAILED':
      return ran(job)
        ? ended(observed, job.exit?.code ?? 0)
        : lost(reason('slurm.lostNoRecord', { job: job.id, state: job.said }));
    case 'OUT_OF_MEMORY':
      return { type: 'killed', reason: 'out-of-memory' };
    case 'TIMEOUT':
    case 'DEADLINE':
      return { type: 'killed', reason: 'timeout' };
    case 'PREEMPTED':
      return { type: 'killed', reason: 'preempted' };
    case 'CANCELLED':
      return lost(reason('slurm.lostCancelled', { job: job.id }));
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return lost(
        reason('slurm.lostMachine', { machine: job.node ?? '?', job: job.id }),
      );
    default:
      return state satisfies never;
  }
}

/** Whether the script ended by itself: whoever ended the job came too late, or was the script. */
function isOwnEnd({ terminated }: ExitRecord, state: FinalState): boolean {
  return terminated
    ? state === 'COMPLETED' || state === 'FAILED'
    : state !== 'OUT_OF_MEMORY';
}

/** The batch script ends as its stage does, unless it could not start it, or was killed itself. */
function ran({ state, startedAt, node, exit }: Job): boolean {
  if (startedAt === undefined || node === undefined) {
    return false;
  }
  return exit
    ? exit.signal === 0 && exit.code !== NOT_RUN
    : state.type === 'final' && state.state === 'COMPLETED';
}

function concludeForgotten(observed: Observation): Finding {
  const { record, killed, sameForMs } = observed;
  if (record && sameForMs > SURE_MS) {
    return ended(observed, record.exitCode);
  }
  if (sameForMs < FORGOTTEN_MS) {
    return { type: 'unknown' };
  }
  return killed
    ? { type: 'killed', reason: killed }
    : lost(reason('slurm.lostJob'));
}

/** What a kill has left a shell with. */
const KILLED_CODES = [128 + 9, 128 + 15];

function ended(
  { killed, logTooLong, record }: Observation,
  exitCode: number | undefined,
): Outcome {
  if (killed && (exitCode === undefined || !record || isKill(exitCode))) {
    return { type: 'killed', reason: killed };
  }
  // It may have ended between two looks at its log
  return logTooLong || exitCode === undefined
    ? { type: 'killed', reason: 'log-limit' }
    : { type: 'exited', exitCode };
}

function isKill(exitCode: number): boolean {
  return KILLED_CODES.includes(exitCode);
}

function lost(why: Reason): Outcome {
  return { type: 'lost', reason: why };
}

/** The newest that ran, else the newest. */
function lastOf(jobs: Job[]): Job | undefined {
  return (
    jobs.findLast(
      ({ exit, startedAt }) => startedAt && exit?.code !== NOT_RUN,
    ) ?? jobs.at(-1)
  );
}
