import type {
  Evidence,
  Undefined,
} from '../../plugins/model-ci-backend/src/statistics/evidence';
import { judge } from '../../plugins/model-ci-backend/src/statistics/judge';
import { meanEvidence } from '../../plugins/model-ci-backend/src/statistics/meanEvidence';
import { percent, printHeader, printRow } from './coverage';
import { draw, normal, trialRandom, uniform, type Random } from './sampling';

const GATES = 12;
const N = 200;
/** So many that hardly a sample asks for the studentized bootstrap, which 480,000 samples have no time for. */
const GROUPS = 200;

/** The true difference of each gate; the margin is 0. */
const TRUTHS: Array<{ name: string; of(gate: number): number }> = [
  { name: 'all 12 on the margin', of: () => 0 },
  { name: '6 on the margin, 6 better', of: gate => (gate < 6 ? 0 : 0.5) },
  { name: '11 better, 1 on the margin', of: gate => (gate === 0 ? 0 : 0.5) },
  {
    name: '4 better, 4 worse, 4 on the margin',
    of: gate => 0.5 * ((gate % 3) - 1),
  },
];

function meansOf(
  random: Random,
  truth: (gate: number) => number,
  shared: number,
) {
  const common = draw(N, () => normal(random));
  return Array.from({ length: GATES }, (_, gate) => {
    const values = common.map(
      c =>
        truth(gate) +
        Math.sqrt(shared) * c +
        Math.sqrt(1 - shared) * normal(random),
    );
    return meanEvidence(values, {
      resampling: { seed: gate, resamples: 12_000 },
    });
  });
}

/** Half of the variance is common to a group; groups have between 1 and 9 examples. */
function groupedMeansOf(random: Random, truth: (gate: number) => number) {
  const of = Int32Array.from(
    Array.from({ length: GROUPS }, (_, group) =>
      new Array<number>(1 + Math.floor(9 * uniform(random))).fill(group),
    ).flat(),
  );
  const groups = { of, count: GROUPS };
  return Array.from({ length: GATES }, (_, gate) => {
    const common = draw(GROUPS, () => normal(random));
    const values = draw(
      of.length,
      i => truth(gate) + (common[of[i]] + normal(random)) / Math.SQRT2,
    );
    return meanEvidence(values, {
      groups,
      resampling: { seed: gate, resamples: 12_000 },
    });
  });
}

/** Accuracy on twelve slices, 10 % of the answers changed. */
function ratesOf(random: Random, truth: (gate: number) => number): Evidence[] {
  return Array.from({ length: GATES }, (_, gate) => {
    // Of those that changed, the share that was gained: half of them, 0 or all
    const gained = 0.05 + truth(gate) / 10;
    const counts = { gained: 0, lost: 0 };
    for (let i = 0; i < N; i += 1) {
      const u = uniform(random);
      counts.gained += u < gained ? 1 : 0;
      counts.lost += u >= gained && u < 0.1 ? 1 : 0;
    }
    return { method: 'tango', ...counts, examples: N };
  });
}

const KINDS: Array<{
  name: string;
  of(
    random: Random,
    truth: (gate: number) => number,
  ): ReturnType<typeof meansOf>;
}> = [
  { name: 'means, independent', of: (r, t) => meansOf(r, t, 0) },
  { name: 'means, correlated 0.8', of: (r, t) => meansOf(r, t, 0.8) },
  { name: 'means of 200 groups, 1 to 9 examples each', of: groupedMeansOf },
];

/** The chance that any of twelve instances passes its gate, from which one is then chosen. */
export function instances(trials: number): void {
  printHeader([
    'instances',
    'each for itself: any wrong pass',
    'sharing the promise: any wrong pass',
  ]);
  for (const [name, shared] of [
    ['independent', 0],
    ['correlated 0.8', 0.8],
  ] as const) {
    const any = { alone: 0, shared: 0 };
    for (let trial = 0; trial < trials; trial += 1) {
      const found = meansOf(trialRandom(trial), () => 0, shared);
      const passes = (count: number) =>
        found.some(evidence => {
          const question = { evidence, demand: { atLeast: 0 } };
          return judge([question], 0.95, count)[0].verdict === 'pass';
        });
      any.alone += passes(1) ? 1 : 0;
      any.shared += passes(GATES) ? 1 : 0;
    }
    printRow([
      `12 on the margin, ${name}`,
      percent(any.alone / trials),
      percent(any.shared / trials),
    ]);
  }
}

/** The chance that any of twelve gates is judged wrongly, one by one and together. */
export function families(trials: number): void {
  printHeader([
    'gates',
    'truth',
    'one by one: any wrong pass',
    'any wrong fail',
    'together: any wrong pass',
    'any wrong fail',
    'all intervals hold',
    'better ones that pass',
  ]);
  for (const { name, of } of KINDS) {
    for (const truth of TRUTHS) {
      const found = simulate(trials, random => of(random, truth.of), truth.of);
      printRow([name, truth.name, ...found]);
    }
  }
  for (const truth of TRUTHS) {
    const found = simulate(
      trials,
      random => ratesOf(random, truth.of),
      gate => 2 * (truth.of(gate) / 10),
    );
    printRow(['accuracy, independent', truth.name, ...found]);
  }
}

function simulate(
  trials: number,
  sample: (random: Random) => Array<Evidence | Undefined>,
  truth: (gate: number) => number,
): string[] {
  const wrong = { pass1: 0, fail1: 0, pass: 0, fail: 0, missed: 0 };
  let better = 0;
  let passed = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const questions = sample(trialRandom(trial)).map(evidence => ({
      evidence,
      demand: { atLeast: 0 },
    }));
    const judged = judge(questions, 0.95).map((judgement, gate) => {
      if ('undefined' in judgement) {
        throw new Error('Nothing here is undefined');
      }
      return { ...judgement, truth: truth(gate) };
    });
    const any = (is: (j: (typeof judged)[number]) => boolean) =>
      judged.some(is) ? 1 : 0;
    wrong.pass1 += any(j => j.truth <= 0 && j.alone.lower > 0);
    wrong.fail1 += any(j => j.truth >= 0 && j.alone.upper < 0);
    wrong.pass += any(j => j.truth <= 0 && j.verdict === 'pass');
    wrong.fail += any(j => j.truth >= 0 && j.verdict === 'fail');
    wrong.missed += any(
      j => j.truth < j.interval.lower || j.truth > j.interval.upper,
    );
    better += judged.filter(j => j.truth > 0).length;
    passed += judged.filter(j => j.truth > 0 && j.verdict === 'pass').length;
  }
  return [
    percent(wrong.pass1 / trials),
    percent(wrong.fail1 / trials),
    percent(wrong.pass / trials),
    percent(wrong.fail / trials),
    percent(1 - wrong.missed / trials),
    better === 0 ? '' : percent(passed / better),
  ];
}
