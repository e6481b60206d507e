/**
 * Statuses of a run, a stage or an attempt.
 *
 * `failed` means that the user's code or a gate said no; `errored` that the platform broke.
 * A `waiting` stage, and so its run, has finished its attempts and waits for a person. It holds no node.
 */
export const STATUSES = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'errored',
  'cancelled',
  'skipped',
] as const;

export type Status = (typeof STATUSES)[number];

const FINAL = new Set<Status>([
  'succeeded',
  'failed',
  'errored',
  'cancelled',
  'skipped',
]);

/** Whether nothing will change this status any more, short of a retry. */
export function isFinal(status: Status): boolean {
  return FINAL.has(status);
}

/**
 * States of a deployment.
 *
 * `queued` → `starting` → `serving` → `superseded` | `stopped`; a version that never became
 * healthy, or that can no longer be kept alive, is `failed`.
 */
export const DEPLOYMENT_STATUSES = [
  'queued',
  'starting',
  'serving',
  'superseded',
  'stopped',
  'failed',
] as const;

export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];
