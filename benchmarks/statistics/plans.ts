import {
  isMet,
  marginOf,
} from '../../plugins/model-ci-backend/src/statistics/demand';
import type { Evidence } from '../../plugins/model-ci-backend/src/statistics/evidence';
import { boundsAt } from '../../plugins/model-ci-backend/src/statistics/boundsAt';
import { meanEvidence } from '../../plugins/model-ci-backend/src/statistics/meanEvidence';
import {
  levelOfPlan,
  plannedExamples,
  plannedRateExamples,
  type Plan,
} from '../../plugins/model-ci-backend/src/statistics/plan';
import { percent, printHeader, printRow } from './coverage';
import {
  binomial,
  draw,
  normal,
  trialRandom,
  uniform,
  type Random,
} from './sampling';

/** How often a plan's number of examples really leads to a pass; it promises 90 %. */
export function plans(trials: number): void {
  printHeader(['plan', 'gates', 'planned n', 'passes']);
  for (const gates of [1, 12]) {
    const level = levelOfPlan(0.95, gates);
    for (const margin of [0.05, 0.1]) {
      const plan: Plan = {
        margin,
        level,
        assumption: {
          scores: 'differences',
          standardDeviation: 0.3,
          difference: 0,
        },
      };
      report(
        `equal means, sd 0.3, margin ${margin}`,
        gates,
        plan,
        random => n =>
          meanEvidence(
            draw(n, () => 0.3 * normal(random)),
            { resampling: { seed: 1, resamples: Math.ceil(40 / level) } },
          ),
      );
    }
    for (const [discordant, margin] of [
      [0.1, 0.02],
      [0.02, 0.02],
      [0.3, 0.05],
    ]) {
      const plan: Plan = {
        margin,
        level,
        assumption: { scores: 'binary', discordant, difference: 0 },
      };
      report(
        `equal accuracy, ${100 * discordant} % changed, margin ${margin}`,
        gates,
        plan,
        random => n => paired(random, n, discordant),
      );
    }
    reportRate(gates, level, { atLeast: 0.8, rate: 0.85 });
    reportRate(gates, level, { atLeast: 0.95, rate: 0.98 });
  }

  function report(
    name: string,
    gates: number,
    plan: Plan,
    sample: (
      random: Random,
    ) => (n: number) => ReturnType<typeof meanEvidence> | Evidence,
  ) {
    const n = plannedExamples(plan) ?? NaN;
    const passes = shareOf(random => {
      const evidence = sample(random)(n);
      return (
        evidence.method !== 'undefined' &&
        isMet(marginOf(plan.margin), boundsAt(evidence, plan.level))
      );
    });
    printRow([name, gates, n, percent(passes)]);
  }

  function reportRate(
    gates: number,
    level: number,
    gate: { atLeast: number; rate: number },
  ) {
    const n = plannedRateExamples({ ...gate, level }) ?? NaN;
    const passes = shareOf(random => {
      const successes = binomial(random, n, gate.rate);
      const bounds = boundsAt(
        { method: 'clopper-pearson', successes, examples: n, effective: n },
        level,
      );
      return isMet({ atLeast: gate.atLeast }, bounds);
    });
    printRow([
      `rate ${gate.rate}, at least ${gate.atLeast}`,
      gates,
      n,
      percent(passes),
    ]);
  }

  function shareOf(passes: (random: Random) => boolean): number {
    let count = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      count += passes(trialRandom(trial)) ? 1 : 0;
    }
    return count / trials;
  }
}

function paired(
  random: Random,
  examples: number,
  discordant: number,
): Evidence {
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < examples; i += 1) {
    const u = uniform(random);
    gained += u < discordant / 2 ? 1 : 0;
    lost += u >= discordant / 2 && u < discordant ? 1 : 0;
  }
  return { method: 'tango', gained, lost, examples };
}
