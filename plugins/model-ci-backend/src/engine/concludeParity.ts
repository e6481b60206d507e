import {
  instancesOf,
  parityMetric,
  PARITY_FIGURES,
  reason,
  reasons,
  type ParityFigures,
  type ParityResult,
  type Reason,
  type StageConclusion,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ListedExampleSet } from '../database/operations/examples/listExampleSets';
import type { MeasuredMetric } from '../database/operations/results/types';
import type { ConcludedParity } from '../database/operations/runs/concludeStage';
import { againstReference, judgeParity } from '../parity/judgeParity';
import type {
  Compared,
  ParityQuestion,
  PredictedSource,
} from '../parity/types';
import type { StageEnd } from '../planning/conclusion';

interface ParityConclusion {
  end: StageEnd;
  conclusion: StageConclusion;
  parity?: ConcludedParity;
}

/** Compares what a stage predicted in its environments, and judges its gates on that. */
export async function concludeParity(
  definition: StageDefinition,
  of: {
    compareEnvironments(question: ParityQuestion): Promise<Compared>;
    /** Of the stage's instances. */
    sets: ListedExampleSet[];
    reference: string;
  },
): Promise<ParityConclusion> {
  const { sets, reference } = of;
  const executions: PredictedSource[] = [];
  for (const { key, environment = '' } of instancesOf(definition)) {
    const set = sets.find(own => own.instance === key && !own.task);
    if (!set) {
      return failed(reason('parity.noPredictions', { instance: key }));
    }
    const { digest, idsDigest, count } = set;
    const stored = { digest, idsDigest, count };
    executions.push({ instance: key, environment, ...stored });
  }
  const compared = await of.compareEnvironments({ executions, reference });
  if (compared.type === 'refused') {
    return failed(compared.reason);
  }
  const { result } = compared;
  const gates = judgeParity(definition.gates, result);
  const broken = gates.filter(({ verdict }) => verdict !== 'pass');
  return {
    end:
      broken.length > 0
        ? { status: 'failed', reason: reasons(broken.map(gate => gate.reason)) }
        : { status: 'succeeded' },
    conclusion: { parity: result },
    parity: { gates, measured: listMeasured(result, sets) },
  };
}

function failed(why: Reason): ParityConclusion {
  return { end: { status: 'failed', reason: why }, conclusion: {} };
}

/** Parity belongs to the history of its environment. */
function listMeasured(
  result: ParityResult,
  sets: ListedExampleSet[],
): ConcludedParity['measured'] {
  return againstReference(result).flatMap(({ environment, figures }) => {
    const set = sets.find(own => own.environment === environment);
    return set
      ? [
          {
            environment,
            attemptId: set.attemptId,
            evaluations: toEvaluations(figures, set),
          },
        ]
      : [];
  });
}

function toEvaluations(
  figures: ParityFigures,
  { dataset, datasetDigest }: ListedExampleSet,
): MeasuredMetric[] {
  return PARITY_FIGURES.flatMap((figure): MeasuredMetric[] => {
    const value = figures[figure];
    return value === undefined
      ? []
      : [
          {
            metric: parityMetric(figure),
            ...(dataset !== undefined && { dataset }),
            ...(datasetDigest !== undefined && { datasetDigest }),
            value,
            n: figures.compared,
            higherIsBetter: false,
          },
        ];
  });
}
