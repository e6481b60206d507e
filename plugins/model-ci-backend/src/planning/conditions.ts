import {
  branchMatches,
  type ChangedPaths,
  findTouched,
  isFinal,
  reason,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  hasPassed,
  neededStages,
  type PlannedStage,
  type RunFacts,
} from './PlannedStage';

/** What becomes of a stage that has not started. */
export type StageDecision =
  | { type: 'start' }
  | { type: 'wait' }
  | { type: 'skip'; reason: Reason };

/** Reasons of stages that their own `when` keeps from running. */
const LEFT_OUT: readonly string[] = [
  'stage.notOnBranch',
  'stage.ofNoBranch',
  'stage.unchanged',
  'stage.nothingFailed',
];

/** Whether a stage was skipped by its own condition: for those that need it, it counts as if it had succeeded. */
export function isLeftOut(why: Reason | undefined): boolean {
  return why !== undefined && LEFT_OUT.includes(why.code);
}

/** Whether those that need a stage work on something of it. */
export function makesSomething(stage: PlannedStage): boolean {
  return (
    stage.imageBuild !== undefined ||
    Object.keys(stage.artifacts ?? {}).length > 0
  );
}

/** Whether it makes something that another one is given: an image, or artifacts unless that one wants none of them. */
function makesFor(
  stages: Record<string, PlannedStage>,
  maker: string,
  name: string,
): boolean {
  const { imageBuild } = stages[maker];
  const isGiven = stages[name].dependencies?.includes(maker) ?? true;
  return imageBuild !== undefined || (isGiven && makesSomething(stages[maker]));
}

interface Surroundings {
  stages: Record<string, PlannedStage>;
  status: ReadonlyMap<string, Status>;
  /** Stages that were skipped by their own condition. */
  leftOut: ReadonlySet<string>;
  facts: RunFacts;
  /** Whether the run's change touched one of these; it is asked only where that is known. */
  touches(patterns: string[]): boolean;
}

/** Compares the change of a run with the patterns of all its stages together, once one of them needs to know. */
export function createTouches(
  stages: Record<string, PlannedStage>,
  changed: ChangedPaths | undefined,
): Surroundings['touches'] {
  let touched: Set<string> | undefined;
  return patterns => {
    touched ??= findTouched(
      [
        ...new Set(
          Object.values(stages).flatMap(stage => stage.when?.paths ?? []),
        ),
      ],
      changed ?? { folder: '', paths: [] },
    );
    return patterns.some(pattern => touched?.has(pattern));
  };
}

/** Decides about a stage from what became of those that it needs, and from its own condition after that. */
export function decideStage(name: string, of: Surroundings): StageDecision {
  const stage = of.stages[name];
  const byNeeds =
    (stage.when?.needs ?? 'succeeded') === 'succeeded'
      ? needSuccess(name, of)
      : awaitNeeds(name, of);
  if (byNeeds.type !== 'start') {
    return byNeeds;
  }
  const why = findContradiction(stage, of);
  return why ? { type: 'skip', reason: why } : byNeeds;
}

function needSuccess(
  name: string,
  { stages, status, leftOut }: Surroundings,
): StageDecision {
  const { needs } = stages[name];
  const statusOf = (need: string) => status.get(need) ?? 'queued';
  const hasSucceeded = (need: string) =>
    hasPassed(stages[need], statusOf(need)) || leftOut.has(need);
  const blocker = needs.find(
    need => isFinal(statusOf(need)) && !hasSucceeded(need),
  );
  if (blocker !== undefined) {
    const code = needsCode(statusOf(blocker));
    return { type: 'skip', reason: reason(code, { stage: blocker }) };
  }
  if (!needs.every(hasSucceeded)) {
    return { type: 'wait' };
  }
  const missing =
    leftOut.size > 0
      ? neededStages(stages, name).find(
          need => leftOut.has(need) && makesFor(stages, need, name),
        )
      : undefined;
  return missing === undefined
    ? { type: 'start' }
    : {
        type: 'skip',
        reason: reason('stage.needsLeftOut', { stage: missing }),
      };
}

/** Waits for all that it needs, also through others: some of them may be skipped while others still run. */
function awaitNeeds(
  name: string,
  { stages, status }: Surroundings,
): StageDecision {
  const needed = neededStages(stages, name);
  const statusOf = (need: string) => status.get(need) ?? 'queued';
  if (!needed.every(need => isFinal(statusOf(need)))) {
    return { type: 'wait' };
  }
  const hasFailed = needed.some(
    need =>
      ['failed', 'errored'].includes(statusOf(need)) &&
      !hasPassed(stages[need], statusOf(need)),
  );
  return stages[name].when?.needs === 'failed' && !hasFailed
    ? { type: 'skip', reason: reason('stage.nothingFailed') }
    : { type: 'start' };
}

function findContradiction(
  { when }: PlannedStage,
  { facts: { branch, changed }, touches }: Surroundings,
): Reason | undefined {
  const branches = when?.branches;
  if (branches && branch === undefined) {
    return reason('stage.ofNoBranch', { branches });
  }
  if (branches && branch !== undefined && !branchMatches(branches, branch)) {
    return reason('stage.notOnBranch', { branches, branch });
  }
  const paths = when?.paths;
  return paths && changed && !touches(paths)
    ? reason('stage.unchanged', { paths })
    : undefined;
}

function needsCode(status: Status) {
  switch (status) {
    case 'failed':
      return 'stage.needsFailed';
    case 'errored':
      return 'stage.needsErrored';
    case 'cancelled':
      return 'stage.needsCancelled';
    default:
      return 'stage.needsSkipped';
  }
}
