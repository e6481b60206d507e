import {
  createTouches,
  decideStage,
  isLeftOut,
  makesSomething,
} from './conditions';
import { hasPassed, type PlannedStage, type RunFacts } from './PlannedStage';

export {
  givenStages,
  hasPassed,
  neededStages,
  type PlannedStage,
} from './PlannedStage';
export { isLeftOut } from './conditions';
import {
  isFinal,
  reason,
  stageKey,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What the planner has to know of a stage's row. */
export interface StageState {
  status: Status;
  /** Whether an attempt of it waits or runs already. */
  open: boolean;
  reason?: Reason;
  /** Its instances by their keys, in order; absent for a stage that is executed once. */
  instances?: ReadonlyMap<string, InstanceState>;
}

export type InstanceState = Pick<StageState, 'status' | 'open'>;

export interface Plan {
  /** Keys of the stages and instances of which an attempt may be queued now. */
  start: string[];
  /** Stages of which all instances have ended, so that it can be found out how the stage ends. */
  conclude?: string[];
  /** Stages that will never start, with the reason. */
  skip: Array<{ stage: string; reason: Reason }>;
  /** Whether nothing goes on until a person has decided. */
  waits?: true;
  /** How the run ends, once nothing is left to do. */
  end?: {
    status: Status;
    reason?: Reason;
    /** Stages that were skipped although a version is made of what they make or judge. */
    missing?: string[];
  };
}

/**
 * Decides what happens next in a run, from its graph and the state of its stages alone.
 *
 * A stage that cannot start any more takes everything behind it along in the same plan, so a run is never
 * left with nothing to wait for. `stages` without a state count as queued.
 */
export function planRun(
  stages: Record<string, PlannedStage>,
  states: ReadonlyMap<string, StageState>,
  facts: RunFacts = {},
): Plan {
  const names = Object.keys(stages);
  const status = new Map<string, Status>(
    names.map(name => [name, states.get(name)?.status ?? 'queued']),
  );
  const skip: Plan['skip'] = [];
  const isWaiting = (name: string) =>
    status.get(name) === 'queued' && !states.get(name)?.open;

  const leftOut = new Set(
    names.filter(name => isLeftOut(states.get(name)?.reason)),
  );
  const touches = createTouches(stages, facts.changed);
  const decide = (name: string) =>
    decideStage(name, { stages, status, leftOut, facts, touches });

  // A skipped stage may make those behind it unreachable, whatever the order of the names.
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of names.filter(isWaiting)) {
      const decision = decide(name);
      if (decision.type === 'skip') {
        skip.push({ stage: name, reason: decision.reason });
        status.set(name, 'skipped');
        if (isLeftOut(decision.reason)) {
          leftOut.add(name);
        }
        changed = true;
      }
    }
  }

  const isUnderWay = (name: string) =>
    ['queued', 'running'].includes(status.get(name) ?? 'queued');
  const mayStart = (name: string) => decide(name).type === 'start';
  const start = names
    .filter(isUnderWay)
    .filter(mayStart)
    .flatMap(name => {
      const instances = states.get(name)?.instances;
      if (instances) {
        return waitingInstances(name, instances);
      }
      return isWaiting(name) ? [name] : [];
    });
  const conclude = names.filter(
    name => isUnderWay(name) && haveEnded(states.get(name)?.instances),
  );

  if (names.every(name => isFinal(status.get(name) ?? 'queued'))) {
    return { start, skip, end: endOf(stages, status, states) };
  }
  const all = names.flatMap((name): InstanceState[] => {
    const { instances, open = false } = states.get(name) ?? {};
    return instances && status.get(name) !== 'waiting'
      ? [...instances.values()]
      : [{ status: status.get(name) ?? 'queued', open }];
  });
  const waits =
    start.length === 0 &&
    conclude.length === 0 &&
    !all.some(({ status: its, open }) => its === 'running' || open) &&
    all.some(({ status: its }) => its === 'waiting');
  return {
    start,
    skip,
    ...(conclude.length > 0 && { conclude }),
    ...(waits && { waits }),
  };
}

function waitingInstances(
  stage: string,
  instances: ReadonlyMap<string, InstanceState>,
): string[] {
  return [...instances]
    .filter(([, { status, open }]) => status === 'queued' && !open)
    .map(([key]) => stageKey(stage, key));
}

function haveEnded(
  instances: ReadonlyMap<string, InstanceState> | undefined,
): boolean {
  return (
    instances !== undefined &&
    [...instances.values()].every(({ status }) => isFinal(status))
  );
}

function endOf(
  stages: Record<string, PlannedStage>,
  status: ReadonlyMap<string, Status>,
  states: ReadonlyMap<string, StageState>,
): Plan['end'] {
  const names = Object.keys(stages);
  // A cancelled run is cancelled, whatever failed before; the user's failures weigh more than the platform's.
  for (const outcome of ['cancelled', 'failed', 'errored'] as const) {
    const culprits = names.filter(
      name => status.get(name) === outcome && !hasPassed(stages[name], outcome),
    );
    if (culprits.length > 0) {
      return { status: outcome, reason: explain(outcome, culprits, states) };
    }
  }
  if (names.every(name => status.get(name) === 'skipped')) {
    return { status: 'skipped', reason: reason('run.nothingRan') };
  }
  const missing = names.filter(
    name => status.get(name) === 'skipped' && belongsToVersion(stages[name]),
  );
  return { status: 'succeeded', ...(missing.length > 0 && { missing }) };
}

/** What is made only after a failure belongs to no version. */
function belongsToVersion(stage: PlannedStage): boolean {
  const judges = (stage.gates ?? []).length > 0;
  return stage.when?.needs !== 'failed' && (makesSomething(stage) || judges);
}

function explain(
  outcome: 'cancelled' | 'failed' | 'errored',
  culprits: string[],
  states: ReadonlyMap<string, StageState>,
): Reason {
  const why = states.get(culprits[0])?.reason;
  if (outcome === 'cancelled') {
    return why ?? reason('run.cancelled');
  }
  return explainFailures(outcome, culprits, why);
}

/** Says that stages failed, and why the first of them did. */
export function explainFailures(
  outcome: 'failed' | 'errored',
  stages: string[],
  why: Reason | undefined,
): Reason {
  return stages.length > 1
    ? explainSeveral(outcome, stages, why)
    : explainOne(outcome, stages[0], why);
}

function explainOne(
  outcome: 'failed' | 'errored',
  stage: string,
  why: Reason | undefined,
): Reason {
  const code = outcome === 'failed' ? 'run.stageFailed' : 'run.stageErrored';
  return why
    ? reason(`${code}Because`, { stage, reason: why })
    : reason(code, { stage });
}

/** All are named; why it was so, of the first. */
function explainSeveral(
  outcome: 'failed' | 'errored',
  stages: string[],
  why: Reason | undefined,
): Reason {
  const code = outcome === 'failed' ? 'run.stagesFailed' : 'run.stagesErrored';
  return why
    ? reason(`${code}Because`, { stages, stage: stages[0], reason: why })
    : reason(code, { stages });
}

/** A stage and everything that needs it, directly or not. */
export function withDescendants(
  stages: Record<string, PlannedStage>,
  roots: Iterable<string>,
): Set<string> {
  const found = new Set(roots);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [name, stage] of Object.entries(stages)) {
      if (stage.needs.some(need => found.has(need))) {
        found.add(name);
      }
    }
  }
  return found;
}
