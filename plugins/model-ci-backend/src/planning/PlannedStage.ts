import type {
  ChangedPaths,
  StageCondition,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What the planner has to know of a stage's definition. */
export interface PlannedStage {
  needs: string[];
  /** Stages whose artifacts it is given; those of all that it needs if absent. */
  dependencies?: string[];
  allowFailure: boolean;
  when?: StageCondition;
  /** What it makes for those that need it. */
  artifacts?: Record<string, string>;
  imageBuild?: object;
  gates?: unknown[];
}

/** What conditions of stages are about besides the stages. */
export interface RunFacts {
  branch?: string;
  /** Undefined where they are not known: everything counts as changed. */
  changed?: ChangedPaths;
}

/** Whether those who need the stage may go on: it succeeded, or its failure is allowed. */
export function hasPassed(stage: PlannedStage, status: Status): boolean {
  return (
    status === 'succeeded' ||
    (stage.allowFailure && (status === 'failed' || status === 'errored'))
  );
}

/** Everything that a stage needs, directly or not, in an order in which needs come first. */
export function neededStages(
  stages: Record<string, PlannedStage>,
  stage: string,
): string[] {
  const ordered = new Set<string>();
  const visit = (name: string) => {
    for (const need of stages[name].needs) {
      if (!ordered.has(need)) {
        visit(need);
        ordered.add(need);
      }
    }
  };
  visit(stage);
  return [...ordered];
}

/** The stages whose artifacts a stage is given, in an order in which needs come first. */
export function givenStages(
  stages: Record<string, PlannedStage>,
  stage: string,
): string[] {
  const { dependencies } = stages[stage];
  return neededStages(stages, stage).filter(
    name => dependencies?.includes(name) ?? true,
  );
}
