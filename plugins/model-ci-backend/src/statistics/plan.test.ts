import {
  decidableMargin,
  levelOfPlan,
  plannedExamples,
  plannedRateExamples,
  powerOf,
  ratePower,
  type Plan,
} from './plan';
import { expected, same } from './testing/expected';

describe('plan', () => {
  it.each(expected.plans)(
    'has the power of statsmodels with $examples examples and a margin of $margin',
    ({ margin, standardDeviation, difference, level, examples, power }) => {
      const assumption = {
        scores: 'differences' as const,
        standardDeviation,
        difference,
      };
      expect(powerOf({ margin, level, assumption }, examples)).toEqual(
        same(power),
      );
    },
  );

  it.each(expected.ratePlans)(
    'has the exact power of $examples examples of a rate of $rate',
    ({ power, examples, ...gate }) => {
      expect(ratePower(gate, examples)).toEqual(same(power));
    },
  );

  it('names the smallest number of examples that is enough', () => {
    const plan: Plan = {
      margin: 0.01,
      level: levelOfPlan(0.95, 1),
      assumption: { scores: 'binary', discordant: 0.1, difference: 0 },
    };
    const examples = plannedExamples(plan) ?? NaN;
    expect(powerOf(plan, examples)).toBeGreaterThanOrEqual(0.9);
    expect(powerOf(plan, examples - 1)).toBeLessThan(0.9);
    expect(examples).toBeGreaterThan(10_000);
    expect(examples).toBeLessThan(11_000);
  });

  it('needs more examples for more gates', () => {
    const plan = (gates: number) => ({
      margin: 0.01,
      level: levelOfPlan(0.95, gates),
      assumption: {
        scores: 'differences' as const,
        standardDeviation: 0.3,
        difference: 0,
      },
    });
    expect(plannedExamples(plan(1))).toBe(9459);
    expect(plannedExamples(plan(12))).toBeGreaterThan(15_000);
  });

  it('names the margin that a data set can decide', () => {
    const assumption = {
      scores: 'differences' as const,
      standardDeviation: 0.3,
      difference: 0,
    };
    const margin = decidableMargin({ level: 0.025, assumption }, 9459);
    expect(margin).toBeCloseTo(0.01, 5);
  });

  it('finds no number of examples for a difference on the margin', () => {
    const plan: Plan = {
      margin: 0.01,
      level: 0.025,
      assumption: {
        scores: 'differences',
        standardDeviation: 0.3,
        difference: -0.01,
      },
    };
    expect(plannedExamples(plan)).toBeUndefined();
  });

  it('plans a limit on one rate', () => {
    const gate = { atLeast: 0.8, level: 0.025, rate: 0.9 };
    const examples = plannedRateExamples(gate) ?? NaN;
    expect(ratePower(gate, examples)).toBeGreaterThanOrEqual(0.9);
    expect(examples).toBeGreaterThan(130);
    expect(examples).toBeLessThan(170);
  });
});
