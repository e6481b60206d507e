import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { resamplesFor } from '../statistics/bootstrap/resampling';
import { judge, type Question } from '../statistics/judge';
import { confidenceOf, demandOf, isStatistical } from './demandOf';
import { describeOutcome, namesOf } from './describeOutcome';
import { unclear } from './explain';
import { expandGates } from './expandGates';
import type { OpenSet } from './findExamples';
import type { PreparedItem } from './items';
import { judgeExactly } from './judgeExactly';
import { judgeFirstVersion } from './judgeFirstVersion';
import { askAbout, type Asked } from './questions';
import { MAX_SLICES } from './slices';
import { subjectOfItem } from './subjectOf';
import type {
  GateOutcome,
  JudgedGate,
  PlannedBaseline,
  FixedGate,
  StageEvidence,
  Unclear,
} from './types';

/** Each bootstrap gets the same numbers for the same data, on every machine. Not configurable: nobody may draw again. */
const SEED = 20_261_127;

/**
 * Judges all gates of a stage together. Pure but for what `open` reads: the same evidence gives the same verdicts.
 *
 * Gates without confidence are exact comparisons of values. To judge plain numbers, such as those of a stage's conclusion
 * over all its instances, give them as `evaluations` (`{ metric: 'parity.d', value }`), the gates on them as `gates`, and
 * nothing else: `{ gates, evaluations, metricsPath: '', plan: [], examples: [], directions: {} }` never calls `open`. An
 * evaluation without value was not measured and fails.
 */
export async function judgeStage(
  evidence: StageEvidence,
  open: OpenSet,
): Promise<JudgedGate[]> {
  const items = await expandGates(evidence, open);
  const prepared: Array<{ item: PreparedItem; found: Found }> = [];
  for (const item of items) {
    prepared.push({ item, found: await prepare(item, evidence, open) });
  }
  const questions = askTogether(
    prepared.map(({ found }) => found),
    evidence,
  );
  const judgements = judge(
    questions.all,
    confidenceOf(evidence.gates),
    evidence.instances,
  );
  const judged: JudgedGate[] = [];
  for (const [index, { item, found }] of prepared.entries()) {
    const { first, count } = questions.places[index];
    const answers = questions.all
      .slice(first, first + count)
      .map((question, i) => ({ question, judgement: judgements[first + i] }));
    const outcome = await outcomeOf(item, found, answers);
    judged.push(describeGate(item, outcome, evidence.plan[item.position]));
  }
  return judged;
}

type Found = Asked | Unclear | { type: 'outcome'; outcome: GateOutcome };

async function prepare(
  item: PreparedItem,
  evidence: StageEvidence,
  open: OpenSet,
): Promise<Found> {
  const { gate, position } = item;
  const unjudged = explainSlices(item);
  if (unjudged) {
    return unjudged;
  }
  const baseline = evidence.plan[position]?.baseline;
  if (gate.baseline !== undefined && baseline?.version === undefined) {
    return baseline?.isFirst
      ? await judgeFirstVersion(item, evidence, gate.baseline)
      : explainNoBaseline(item, baseline);
  }
  return isStatistical(gate)
    ? await askAbout(item, evidence, open)
    : { type: 'outcome', outcome: await judgeExactly(item, evidence) };
}

/** Nothing was found to compare with, which does not make this the first version. */
function explainNoBaseline(
  item: PreparedItem,
  baseline: PlannedBaseline | undefined,
): Unclear {
  const why = baseline?.missing ?? reason('baseline.notPlanned');
  const subject = subjectOfItem(item);
  return unclear(
    reason('gate.noBaseline', { subject, reason: why }),
    'inconclusive',
  );
}

/** Why a gate over slices judges none of them. */
function explainSlices(item: PreparedItem): Unclear | undefined {
  const { gate, slice, tooManySlices } = item;
  const { metric, slices } = gate;
  if (slices === undefined || slice !== undefined) {
    return undefined;
  }
  return unclear(
    tooManySlices === undefined
      ? reason('gate.noSlices', { metric, slices })
      : reason('gate.tooManySlices', {
          metric,
          slices,
          values: tooManySlices,
          max: MAX_SLICES,
        }),
    'fail',
  );
}

/** All questions of the stage; what cannot be asked counts among them, so that it makes no other gate easier. */
function askTogether(founds: Found[], { gates, instances = 1 }: StageEvidence) {
  const counts = founds.map(found => {
    if (found.type === 'asked') {
      return found.demands.length;
    }
    return found.type === 'unclear' ? 1 : 0;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const level = (1 - confidenceOf(gates)) / 2 / instances / Math.max(total, 1);
  const all: Question[] = [];
  const places = founds.map((found, i) => {
    const place = { first: all.length, count: counts[i] };
    if (found.type === 'asked') {
      const { units, kind } = found.prepared;
      const resamples = resamplesFor(level, units, { kind, questions: total });
      const evidence = found.prepared.evidence({ seed: SEED, resamples });
      all.push(...found.demands.map(demand => ({ evidence, demand })));
    } else if (found.type === 'unclear') {
      const nothing = { method: 'undefined', reason: 'no-examples' } as const;
      all.push({ evidence: nothing, demand: { atLeast: 0 } });
    }
    return place;
  });
  return { all, places };
}

async function outcomeOf(
  item: PreparedItem,
  found: Found,
  answers: Parameters<typeof describeOutcome>[2],
): Promise<GateOutcome> {
  switch (found.type) {
    case 'outcome':
      return found.outcome;
    case 'unclear':
      return { verdict: found.verdict, reason: found.reason };
    default:
      return await describeOutcome(item, found, answers);
  }
}

function describeGate(
  { gate, slice }: PreparedItem,
  outcome: GateOutcome,
  plan: FixedGate | undefined,
): JudgedGate {
  return {
    metric: gate.metric,
    dataset: gate.dataset,
    ...(slice !== undefined && { slice }),
    demand: demandOf(gate),
    ...(plan?.loosened && { loosened: plan.loosened }),
    ...(plan?.planned !== undefined && { planned: plan.planned }),
    ...(plan?.baseline && { baseline: namesOf(plan.baseline) }),
    ...outcome,
  };
}
