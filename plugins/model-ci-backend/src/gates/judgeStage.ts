import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { resamplesFor } from '../statistics/bootstrap/resampling';
import { judge, type Question } from '../statistics/judge';
import { confidenceOf, demandOf, isStatistical } from './demandOf';
import { describeOutcome, namesOf } from './describeOutcome';
import { prepareValue } from './evidence';
import { unclear } from './explain';
import { expandGates } from './expandGates';
import { findMeasured } from './findMeasured';
import type { OpenSet } from './findExamples';
import { judgeLimits } from './judgeLimits';
import type { PreparedItem } from './items';
import { askAbout, subjectOfItem, type Asked } from './questions';
import type {
  GateOutcome,
  JudgedGate,
  PlannedGate,
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
  const judgements = judge(questions.all, confidenceOf(evidence.gates));
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
  const { gate, slice, position } = item;
  if (gate.slices !== undefined && slice === undefined) {
    const why = { metric: gate.metric, slices: gate.slices };
    return unclear(reason('gate.noSlices', why), 'fail');
  }
  const baseline = evidence.plan[position]?.baseline;
  if (gate.baseline !== undefined && baseline?.version === undefined) {
    return firstVersion(item, evidence, gate.baseline);
  }
  if (isStatistical(gate)) {
    return await askAbout(item, evidence, open);
  }
  const found = findMeasured({ ...gate, slice }, evidence);
  if (found.type === 'found') {
    const outcome = judgeLimits(gate, found.evaluation);
    return { type: 'outcome', outcome };
  }
  const missing = { verdict: 'fail', reason: found.reason } as const;
  const outcome =
    found.reason.code === 'gate.severalDatasets'
      ? missing
      : (await judgeComputed(item)) ?? missing;
  return { type: 'outcome', outcome };
}

/** What was not reported may be computed from the examples that were. */
async function judgeComputed({
  gate,
  slice,
  candidate,
  rows,
}: PreparedItem): Promise<GateOutcome | undefined> {
  if (candidate.type !== 'found') {
    return undefined;
  }
  const computed = await prepareValue(candidate.examples, rows);
  if (computed.type === 'none') {
    return undefined;
  }
  const { metric, dataset } = gate;
  const { value } = computed.prepared;
  return judgeLimits(gate, { metric, dataset, slice, value });
}

/** There is nothing to be compared with, but something must have been measured to be compared with next time. */
function firstVersion(
  item: PreparedItem,
  evidence: StageEvidence,
  baseline: string,
): Found {
  const measured = findMeasured({ ...item.gate, slice: item.slice }, evidence);
  if (item.candidate.type !== 'found' && measured.type === 'missing') {
    return unclear(measured.reason, 'fail');
  }
  const value =
    measured.type === 'found' ? measured.evaluation.value : undefined;
  const subject = subjectOfItem(item);
  return {
    type: 'outcome',
    outcome: {
      verdict: 'pass',
      ...(value !== undefined && { value }),
      baseline: { name: baseline },
      reason: reason('gate.firstVersion', { subject, baseline }),
    },
  };
}

/** All questions of the stage; what cannot be asked counts among them, so that it makes no other gate easier. */
function askTogether(founds: Found[], { gates }: StageEvidence) {
  const counts = founds.map(found => {
    if (found.type === 'asked') {
      return found.demands.length;
    }
    return found.type === 'unclear' ? 1 : 0;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const level = (1 - confidenceOf(gates)) / 2 / Math.max(total, 1);
  const all: Question[] = [];
  const places = founds.map((found, i) => {
    const place = { first: all.length, count: counts[i] };
    if (found.type === 'asked') {
      const resamples = resamplesFor(level, found.prepared.units);
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
  plan: PlannedGate | undefined,
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
