/** How a job ended, in Slurm's words. */
const FINAL_STATES = [
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'TIMEOUT',
] as const;

export type FinalState = (typeof FINAL_STATES)[number];

/** States in which a job waits to be started, or to be started again. */
const PENDING_STATES = [
  'PENDING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
];

/** It has a machine; COMPLETING is no end, since its processes may still be there. */
const RUNNING_STATES = [
  'COMPLETING',
  'CONFIGURING',
  'RESIZING',
  'RUNNING',
  'SIGNALING',
  'STAGE_OUT',
  'STOPPED',
  'SUSPENDED',
];

export type JobState =
  | { type: 'pending' }
  | { type: 'running' }
  | { type: 'final'; state: FinalState }
  /** Ends nothing. */
  | { type: 'unknown' };

/** What a word of squeue or sacct means; `CANCELLED by 1000` is sacct's. */
export function readState(words: string): JobState {
  const [word] = words.split(/[ +]/, 1);
  const state = FINAL_STATES.find(known => known === word);
  if (state) {
    return { type: 'final', state };
  }
  if (PENDING_STATES.includes(word)) {
    return { type: 'pending' };
  }
  return RUNNING_STATES.includes(word)
    ? { type: 'running' }
    : { type: 'unknown' };
}
