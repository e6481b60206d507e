import {
  reason,
  type GateInterval,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Bounds } from '../statistics/bounds';
import {
  estimateOf,
  isDefined,
  type SameModelEvidence,
} from '../statistics/evidence';
import type { Judgement, Question } from '../statistics/judge';
import { explainUndefined } from './explain';
import type { GateItem } from './items';
import {
  formatApart,
  formatDifference,
  formatInterval,
  roundUp,
} from './format';
import { nameOfBaseline, type Asked } from './questions';
import { isNumber } from './reported';
import { subjectOfItem } from './subjectOf';
import type { GateOutcome } from './types';

type Defined = Exclude<Judgement, { undefined: unknown }>;

/** What the verdicts on a gate's questions come to, with all that is shown of them. */
export async function describeOutcome(
  item: GateItem,
  asked: Asked,
  answers: Array<{ question: Question; judgement: Judgement }>,
): Promise<GateOutcome> {
  const { prepared, baseline } = asked;
  const known = {
    ...(isNumber(prepared.value) && { value: prepared.value }),
    ...(asked.examples && { examplesDigest: asked.examples.source.digest }),
    ...(prepared.flips && { flips: prepared.flips }),
    ...(baseline && {
      baseline: {
        ...namesOf(baseline.planned),
        ...(isNumber(prepared.baselineValue) && {
          value: prepared.baselineValue,
        }),
        examplesDigest: baseline.examples.source.digest,
      },
    }),
  };
  const [{ question, judgement }] = answers;
  if ('undefined' in judgement || !isDefined(question.evidence)) {
    return {
      ...known,
      // A candidate of which nothing was measured fails, whatever the statistics can say about the pair.
      verdict: isNumber(prepared.value) ? judgement.verdict : 'fail',
      reason: await explainNothing(item, asked, judgement),
    };
  }
  const { evidence } = question;
  const judged = combine(answers.flatMap(answer => defined(answer.judgement)));
  const picture = {
    estimate: estimateOf(evidence),
    interval: judged.interval,
    alone: judged.alone,
    method: asked.examples ? evidence.method : 'reported',
    examples: evidence.examples,
    groups: evidence.groups,
    cautions: [...judged.cautions, ...(asked.examples ? [] : ['reported'])],
    needed: judged.needed,
  };
  return {
    ...known,
    ...picture,
    verdict: judged.verdict,
    reason:
      evidence.method === 'same-model'
        ? describeSameModel(item, asked, evidence)
        : describe(item, asked, { ...judged, estimate: picture.estimate }),
  };
}

function defined(judgement: Judgement): Defined[] {
  return 'undefined' in judgement ? [] : [judgement];
}

export function namesOf(planned: {
  name: string;
  version?: number;
  runId?: string;
}) {
  const { name, version, runId } = planned;
  return { name, version, runId };
}

/** A gate with both limits passes if it passes both, and fails if it fails one. Both intervals hold, so their overlap does. */
function combine(judgements: Defined[]) {
  const verdicts = judgements.map(({ verdict }) => verdict);
  const verdict = (['fail', 'inconclusive'] as const).find(grave =>
    verdicts.includes(grave),
  );
  const needed = judgements.flatMap(judgement =>
    judgement.verdict === 'inconclusive' && judgement.needed
      ? judgement.needed.examples
      : [],
  );
  return {
    verdict: verdict ?? ('pass' as const),
    interval: overlap(judgements.map(({ interval }) => interval)),
    alone: overlap(judgements.map(({ alone }) => alone)),
    cautions: judgements[0].cautions as string[],
    needed: needed.length > 0 ? Math.max(...needed) : undefined,
  };
}

function overlap(bounds: Bounds[]): GateInterval {
  const lower = Math.max(...bounds.map(bound => bound.lower));
  const upper = Math.min(...bounds.map(bound => bound.upper));
  return {
    ...(Number.isFinite(lower) && { lower }),
    ...(Number.isFinite(upper) && { upper }),
  };
}

function describe(
  item: GateItem,
  asked: Asked,
  judged: ReturnType<typeof combine> & { estimate: number },
): Reason {
  const { verdict, needed } = judged;
  // Where others are judged with it, a decided limit lies on the edge: what it would be alone says more.
  const interval = verdict === 'inconclusive' ? judged.interval : judged.alone;
  const said = asked.baseline
    ? describeDifference(item, asked, { ...judged, interval })
    : describeLimit(item, asked, { verdict, interval });
  return needed === undefined
    ? said
    : reason('gate.wouldDecide', { reason: said, count: roundUp(needed) });
}

function describeLimit(
  item: GateItem,
  { prepared }: Asked,
  judged: { verdict: GateOutcome['verdict']; interval: GateInterval },
): Reason {
  const { min, max } = item.gate;
  const edges = [min ?? [], max ?? []].flat();
  const limits = [
    ...(min === undefined ? [] : [atLimit('gate.atLeast', min)]),
    ...(max === undefined ? [] : [atLimit('gate.atMost', max)]),
  ];
  const parameters = {
    subject: subjectOfItem(item),
    value: formatApart(prepared.value, edges)[0],
    limit: limits,
    interval: formatInterval(judged.interval, edges),
  };
  switch (judged.verdict) {
    case 'pass':
      return reason('gate.clears', parameters);
    case 'fail':
      return reason('gate.misses', parameters);
    default:
      return reason('gate.undecided', parameters);
  }
}

function atLimit(code: 'gate.atLeast' | 'gate.atMost', limit: number): Reason {
  return reason(code, { limit: { number: limit } });
}

function describeDifference(
  item: GateItem,
  { baseline }: Asked,
  judged: {
    verdict: GateOutcome['verdict'];
    interval: GateInterval;
    estimate: number;
  },
): Reason {
  const { name = '' } = baseline?.planned ?? {};
  const { margin = 0 } = item.gate;
  const parameters = {
    subject: subjectOfItem(item),
    baseline: nameOfBaseline(baseline?.planned, name),
    margin: { number: margin },
    ...formatDifference(judged.estimate, judged.interval, [-margin]),
  };
  switch (judged.verdict) {
    case 'pass':
      return reason('gate.notWorse', parameters);
    case 'fail':
      return reason('gate.worse', parameters);
    default:
      return reason('gate.undecidedAgainst', parameters);
  }
}

function describeSameModel(
  item: GateItem,
  { baseline }: Asked,
  { examples }: SameModelEvidence,
): Reason {
  return reason('gate.sameModel', {
    subject: subjectOfItem(item),
    baseline: nameOfBaseline(baseline?.planned, item.gate.baseline ?? ''),
    count: examples,
  });
}

async function explainNothing(
  item: GateItem,
  { examples, rows, baseline, prepared }: Asked,
  judgement: Judgement,
): Promise<Reason> {
  const subject = subjectOfItem(item);
  if (!('undefined' in judgement)) {
    return reason('gate.tooFew', { subject });
  }
  if (
    judgement.undefined.reason === 'metric-undefined' &&
    !isNumber(prepared.value)
  ) {
    return reason('gate.noNumber', { subject });
  }
  const name = nameOfBaseline(baseline?.planned, item.gate.baseline ?? '');
  return await explainUndefined(judgement.undefined, subject, name, idsAt);

  async function idsAt(places: number[]) {
    const ids = (await examples?.set.ids()) ?? [];
    return places.map(place => ids[rows ? rows[place] : place]);
  }
}
