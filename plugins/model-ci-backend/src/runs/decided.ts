import type {
  Decided,
  Status,
  Waited,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { WaitRow } from '../database/operations/runs/listWaits';
import type { DecisionRow } from '../database/operations/stages/listDecisions';
import type { ApprovalRow } from '../database/tables/runs';

type Wait = Omit<WaitRow, 'run_id'>;
type Question = Pick<ApprovalRow, 'asked_at' | 'decided_at'>;

/** Decisions about one stage or its instances, oldest first, as one; one that stops outweighs others. */
export function toDecided(decisions: DecisionRow[]): Decided | undefined {
  const stops = decisions.filter(({ decision }) => decision === 'stop');
  return join(stops.length > 0 ? stops : decisions);
}

/** What people decided that made a run what it is. What was let through explains no failure, what was stopped no success. */
export function runDecided(
  status: Status,
  decisions: DecisionRow[],
): Decided | undefined {
  const cause =
    status === 'failed' || status === 'errored' || status === 'cancelled'
      ? 'stop'
      : 'continue';
  return join(decisions.filter(({ decision }) => decision === cause));
}

/** How long a run waited since it was last started. */
export function runWaited(
  startedAt: string | null,
  waits: Wait[],
): Waited | undefined {
  return sum(
    waits
      .filter(({ to_status: to }) => to === 'waiting')
      .map(({ at }) => ({ from: at, to: endOf(at, waits) }))
      .filter(({ from }) => startedAt !== null && from >= startedAt),
  );
}

/** How long a stage waited since it was last started. */
export function stageWaited(
  startedAt: string | null,
  approvals: Question[],
): Waited | undefined {
  return sum(
    approvals
      .map(row => ({ from: row.asked_at, to: row.decided_at ?? undefined }))
      .filter(({ from }) => startedAt !== null && from >= startedAt),
  );
}

function join(decisions: DecisionRow[]): Decided | undefined {
  const last = decisions.at(-1);
  return (
    last && {
      decision: last.decision,
      by: [...new Set(decisions.flatMap(row => row.decided_by ?? []))],
      at: last.decided_at,
    }
  );
}

function endOf(from: string, waits: Wait[]): string | undefined {
  return waits.find(
    ({ from_status: was, at }) => was === 'waiting' && at >= from,
  )?.at;
}

function sum(
  waits: Array<{ from: string; to: string | undefined }>,
): Waited | undefined {
  const open = waits.find(({ to }) => to === undefined);
  return waits.length === 0
    ? undefined
    : {
        milliseconds: waits.reduce(
          (total, { from, to = from }) =>
            total + Date.parse(to) - Date.parse(from),
          0,
        ),
        ...(open && { since: open.from }),
      };
}
