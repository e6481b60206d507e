import { clopperPearsonBounds } from './rate';
import { betaCdf } from './distributions/beta';
import { noncentralTCdf } from './distributions/noncentralT';
import { normalCdf, normalQuantile } from './distributions/normal';
import { studentTQuantile } from './distributions/studentT';
import { CONTINUITY, tangoStatistic } from './tango';

/** What is assumed of the data before it exists. */
export type Assumption =
  /** Differences of scores with this standard deviation (of their group means' sum per example, where there are groups). */
  | { scores: 'differences'; standardDeviation: number; difference: number }
  /** Binary scores of which this share differs between the versions. */
  | { scores: 'binary'; discordant: number; difference: number };

export interface Plan {
  margin: number;
  /** One-sided: (1 − confidence) / 2, divided by the number of gates that are judged together. */
  level: number;
  assumption: Assumption;
}

/** Not configurable: no evaluation has more examples. */
const MAX_EXAMPLES = 1e9;

/** The level at which one of several gates must be planned so that it passes even if no other does. */
export function levelOfPlan(confidence: number, gates: number): number {
  return (1 - confidence) / 2 / gates;
}

/** The probability that a comparison passes with so many examples. */
export function powerOf(plan: Plan, examples: number): number {
  const { assumption } = plan;
  return assumption.scores === 'binary'
    ? pairedRatePower(plan, assumption, examples)
    : meanPower(plan, assumption, examples);
}

/** The smallest number of examples with that probability to pass; undefined if none has it. */
export function plannedExamples(plan: Plan, power = 0.9): number | undefined {
  return smallest(n => powerOf(plan, n) >= power);
}

/** The smallest margin that so many examples can decide with that probability. */
export function decidableMargin(
  plan: Omit<Plan, 'margin'>,
  examples: number,
  power = 0.9,
): number {
  let low = 0;
  let high = 1;
  const passes = (margin: number) =>
    powerOf({ ...plan, margin }, examples) >= power;
  while (!passes(high) && high < 1e9) {
    high *= 2;
  }
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (passes(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

/** Exact for normal differences: the noncentral t distribution. */
function meanPower(
  { margin, level }: Plan,
  assumed: { standardDeviation: number; difference: number },
  examples: number,
): number {
  if (examples < 2) {
    return 0;
  }
  const df = examples - 1;
  const shift =
    ((assumed.difference + margin) / assumed.standardDeviation) *
    Math.sqrt(examples);
  return 1 - noncentralTCdf(studentTQuantile(1 - level, df), df, shift);
}

/** By the normal limit of the score statistic, at the counts that are expected. */
function pairedRatePower(
  { margin, level }: Plan,
  assumed: { discordant: number; difference: number },
  examples: number,
): number {
  const { discordant, difference } = assumed;
  const expected = {
    gained: ((discordant + difference) / 2) * examples,
    lost: ((discordant - difference) / 2) * examples,
    examples,
  };
  const excess = (difference + margin) * examples;
  const errorIfTrue = Math.sqrt(examples * (discordant - difference ** 2));
  const errorAtMargin = excess / tangoStatistic(expected, -margin);
  const needed = normalQuantile(1 - level) * errorAtMargin;
  return normalCdf((excess - CONTINUITY - needed) / errorIfTrue);
}

/** The probability that a rate passes `atLeast` with so many examples, if it is `rate`: exact. */
export function ratePower(
  { atLeast, level, rate }: { atLeast: number; level: number; rate: number },
  examples: number,
): number {
  let short = -1;
  let enough = examples + 1;
  while (enough - short > 1) {
    const middle = Math.floor((short + enough) / 2);
    if (clopperPearsonBounds(middle, examples, level).lower > atLeast) {
      enough = middle;
    } else {
      short = middle;
    }
  }
  return enough > examples ? 0 : betaCdf(rate, enough, examples - enough + 1);
}

/**
 * The number of examples from which a rate passes `atLeast` with that probability. The exact power of a rate goes up and
 * down by a little from one number to the next; this is where it is first reached by doubling and halving.
 */
export function plannedRateExamples(
  gate: { atLeast: number; level: number; rate: number },
  power = 0.9,
): number | undefined {
  return smallest(n => ratePower(gate, n) >= power);
}

function smallest(isEnough: (examples: number) => boolean) {
  let enough = 2;
  while (!isEnough(enough)) {
    enough *= 2;
    if (enough > MAX_EXAMPLES) {
      return undefined;
    }
  }
  let short = enough / 2;
  while (enough - short > 1) {
    const middle = Math.floor((short + enough) / 2);
    if (isEnough(middle)) {
      enough = middle;
    } else {
      short = middle;
    }
  }
  return enough;
}
