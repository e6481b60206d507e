import type { StoredGatePlan } from './gatePlan';

interface Execution {
  instance?: string;
  environment?: string;
}

/** The plan as one execution of a stage is judged by it: compared with its counterpart among those of the baseline. */
export function planForInstance(
  plan: StoredGatePlan | undefined,
  execution: Execution,
): StoredGatePlan | undefined {
  return (
    plan && {
      ...plan,
      gates: plan.gates.map(({ baseline, ...gate }) => ({
        ...gate,
        ...(baseline && {
          baseline: {
            ...baseline,
            values: counterpartsOf(execution, baseline.values),
            examples: counterpartsOf(execution, baseline.examples),
          },
        }),
      })),
    }
  );
}

/**
 * What the stage itself has, which is what a selected instance left; else what the same instance has, or the first one in
 * the same environment.
 */
function counterpartsOf<T extends Execution>(
  { instance, environment }: Execution,
  all: T[],
): T[] {
  const ofStage = all.filter(one => one.instance === undefined);
  if (ofStage.length > 0 || instance === undefined) {
    return ofStage;
  }
  const first =
    all.find(one => one.instance === instance) ??
    all.find(
      one => environment !== undefined && one.environment === environment,
    );
  return first ? all.filter(one => one.instance === first.instance) : [];
}
