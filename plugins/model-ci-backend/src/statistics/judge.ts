import type { Bounds } from './bounds';
import { boundsAt } from './boundsAt';
import { cautionsOf, type Caution } from './cautions';
import { isMet, isMetBy, isMissed, type Demand } from './demand';
import {
  estimateOf,
  isDefined,
  type Evidence,
  type Undefined,
} from './evidence';
import { holm } from './holm';
import { neededExamples, type Needed } from './neededExamples';
import { simultaneous, type Side } from './simultaneous';

/** One gate's question: does the number meet the demand? */
export interface Question {
  evidence: Evidence | Undefined;
  demand: Demand;
}

/** What is shown of a question that has an answer. */
interface Picture {
  /** Holds together with the intervals of all questions judged with it. */
  interval: Bounds;
  /** The interval that it would have if nothing else were judged. */
  alone: Bounds;
  /** Why the promise of the interval deserves a second look. */
  cautions: Caution[];
}

export type Judgement =
  | ({ verdict: 'pass' | 'fail' } & Picture)
  | ({
      verdict: 'inconclusive';
      /** Absent where no number of examples would decide: the estimate lies on the edge, or the spread is unknown. */
      needed?: Needed;
    } & Picture)
  /** A candidate that was not measured fails; anything else that is undefined decides nothing. */
  | { verdict: 'fail' | 'inconclusive'; undefined: Undefined };

/**
 * Judges all gating questions of a stage together. With the stated confidence all intervals hold at once, so that no
 * verdict is wrong: a wrong pass has at most half of the error that is left, a wrong fail the other half.
 *
 * Undefined questions count among those that could have erred, so what fails to be measured makes no other gate easier.
 * Where one of several `instances` is chosen, each judged like this, they share the error.
 */
export function judge(
  questions: readonly Question[],
  confidence: number,
  instances = 1,
): Judgement[] {
  const level = (1 - confidence) / 2;
  const met = decide(questions, level / instances, clears);
  const missed = decide(questions, level / instances, misses);
  return questions.map(({ evidence, demand }, i) => {
    if (!isDefined(evidence)) {
      return { verdict: verdictOnUndefined(evidence), undefined: evidence };
    }
    const picture = {
      interval: simultaneous(evidence, demand, {
        met: sideOf(met, i, questions.length),
        missed: sideOf(missed, i, questions.length),
      }),
      alone: boundsAt(evidence, level),
      cautions: cautionsOf(evidence),
    };
    if (met.rejected.has(i)) {
      return { verdict: 'pass', ...picture };
    }
    if (missed.rejected.has(i)) {
      return { verdict: 'fail', ...picture };
    }
    const left = Math.min(met.levelLeft, missed.levelLeft);
    const needed = neededExamples(evidence, demand, left);
    return { verdict: 'inconclusive', needed, ...picture };
  });
}

function verdictOnUndefined(evidence: Undefined): 'fail' | 'inconclusive' {
  return evidence.reason === 'not-measured' && evidence.side === 'candidate'
    ? 'fail'
    : 'inconclusive';
}

function sideOf(
  { rejected, levelLeft }: ReturnType<typeof holm>,
  index: number,
  count: number,
): Side {
  return {
    levelLeft,
    decided: rejected.has(index),
    all: rejected.size === count,
  };
}

function clears(evidence: Evidence, demand: Demand, level: number): boolean {
  return evidence.method === 'same-model'
    ? isMetBy(demand, estimateOf(evidence))
    : isMet(demand, boundsAt(evidence, level));
}

function misses(evidence: Evidence, demand: Demand, level: number): boolean {
  return isMissed(demand, boundsAt(evidence, level));
}

function decide(
  questions: readonly Question[],
  level: number,
  falls: (evidence: Evidence, demand: Demand, level: number) => boolean,
) {
  return holm(questions.length, level, (i, at) => {
    const { evidence, demand } = questions[i];
    return isDefined(evidence) && falls(evidence, demand, at);
  });
}
