import type {
  StageDefinition,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  JudgedGate,
  MeasuredMetric,
} from '../database/operations/results/types';

type Gate = StageDefinition['gates'][number];

/** What gates may look at. */
export interface GateContext {
  evaluations: MeasuredMetric[];
  /** Path of the stage's metrics report; absent if it declares none. */
  metricsPath?: string;
}

/** Judges every gate of a stage. Pure: the same gates over the same evaluations give the same verdicts. */
export function judgeGates(gates: Gate[], context: GateContext): JudgedGate[] {
  return gates.map(gate => ({
    metric: gate.metric,
    dataset: gate.dataset,
    min: gate.min,
    max: gate.max,
    ...judgeGate(gate, context),
  }));
}

interface Judgement {
  verdict: Verdict;
  message: string;
  value?: number;
}

function judgeGate(gate: Gate, context: GateContext): Judgement {
  const found = selectEvaluation(gate, context);
  return found.type === 'found'
    ? judgeLimits(gate, found.evaluation)
    : { verdict: 'inconclusive', message: found.message };
}

type Selection =
  | { type: 'found'; evaluation: MeasuredMetric }
  | { type: 'unclear'; message: string };

/** The one evaluation that a gate speaks about. */
function selectEvaluation(gate: Gate, context: GateContext): Selection {
  const ofMetric = context.evaluations.filter(e => e.metric === gate.metric);
  const candidates =
    gate.dataset === undefined
      ? ofMetric
      : ofMetric.filter(e => e.dataset === gate.dataset);
  if (candidates.length === 1) {
    return { type: 'found', evaluation: candidates[0] };
  }
  return {
    type: 'unclear',
    message:
      candidates.length > 1
        ? `${gate.metric} was reported on several data sets (${listDatasets(
            candidates,
          )}): name the one that counts with the gate's 'dataset'`
        : notReported(gate, ofMetric, context),
  };
}

function notReported(
  gate: Gate,
  ofMetric: MeasuredMetric[],
  { evaluations, metricsPath }: GateContext,
): string {
  if (metricsPath === undefined) {
    return `${gate.metric} cannot be judged: the stage declares no metrics report; add 'reports.metrics'`;
  }
  if (ofMetric.length > 0) {
    return `${gate.metric} was not reported on ${
      gate.dataset
    }, but on ${listDatasets(ofMetric)}`;
  }
  const others = [...new Set(evaluations.map(e => e.metric))];
  const shown = others.slice(0, 10).join(', ');
  return `${gate.metric} was not reported: ${metricsPath} holds ${
    others.length > 0 ? shown : 'no metric'
  }${others.length > 10 ? ` and ${others.length - 10} more` : ''}`;
}

function listDatasets(evaluations: MeasuredMetric[]): string {
  return evaluations.map(e => e.dataset ?? 'one without a name').join(', ');
}

/** The kind of gate that sets limits to the value itself. */
function judgeLimits(gate: Gate, evaluation: MeasuredMetric): Judgement {
  const { value } = evaluation;
  const { min, max } = gate;
  const subject = `${gate.metric}${
    evaluation.dataset === undefined ? '' : ` on ${evaluation.dataset}`
  }`;
  const text = (verdict: Verdict, relation: string, ...limits: number[]) => {
    const [shownValue, ...shownLimits] = formatApart(value, limits);
    return {
      verdict,
      value,
      message: `${subject} ${shownValue} ${relation} ${shownLimits.join(
        ' and ',
      )}`,
    };
  };
  if (max !== undefined && value > max) {
    return text('fail', 'is above the limit', max);
  }
  if (min !== undefined && value < min) {
    return text('fail', 'is below the limit', min);
  }
  if (min !== undefined && max !== undefined) {
    return text('pass', 'is between', min, max);
  }
  if (max !== undefined) return text('pass', 'is within the limit', max);
  if (min !== undefined) return text('pass', 'reaches the limit', min);
  return {
    verdict: 'inconclusive',
    value,
    message: `${subject} cannot be judged: the gate has neither 'min' nor 'max'`,
  };
}

/** Six digits, unless they would make a value look equal to a limit that it is not equal to. */
function formatApart(value: number, limits: number[]): string[] {
  const numbers = [value, ...limits];
  const short = numbers.map(number => String(Number(number.toPrecision(6))));
  const misleading = limits.some(
    (limit, index) => limit !== value && short[index + 1] === short[0],
  );
  return misleading ? numbers.map(String) : short;
}
