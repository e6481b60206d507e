"""The expected values of the tests beside this script, from scipy, statsmodels and scikit-learn.

    python3 -m venv /tmp/statistics
    /tmp/statistics/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 scikit-learn==1.9.1
    /tmp/statistics/bin/python expected.py > expected.json

Nothing here is a translation of the code under test: where no library has a method (Tango's interval, the
simultaneous limits of Holm's procedure), it is solved from its definition by another way.
"""

import itertools
import json
import math

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20261127)


def numbers(values):
    return [float(v) for v in values]


# --- distributions -----------------------------------------------------------------------------------------------


def distributions():
    beta = [
        [x, a, b, float(special.betainc(a, b, x))]
        for a, b in [(0.5, 0.5), (1, 9), (12, 3.5), (480, 21), (50_000, 1_000)]
        for x in (0.01, 0.3, 0.9, a / (a + b))
    ]
    beta_quantile = [
        [p, a, b, float(special.betaincinv(a, b, p))]
        for a, b in [(0.5, 0.5), (1, 20), (19, 2), (480, 21), (50_000, 1_000)]
        for p in (0.0002, 0.025, 0.5, 0.975)
    ]
    t = [[x, df, float(stats.t.cdf(x, df))] for df in (1, 2, 19, 99_999) for x in (-9, -2, -0.1, 0, 0.7, 3)]
    t_quantile = [
        [p, df, float(stats.t.ppf(p, df))] for df in (1, 2, 19, 99_999) for p in (0.0002, 0.025, 0.5, 0.975, 0.999)
    ]
    normal = [[z, float(stats.norm.cdf(z))] for z in (-20, -6, -1.96, 0, 0.3, 4)]
    normal_quantile = [[p, float(stats.norm.ppf(p))] for p in (1e-12, 0.002, 0.025, 0.5, 0.9, 0.999)]
    noncentral = [
        [x, df, shift, float(stats.nct.cdf(x, df, shift))]
        for df in (3, 19, 250, 12_000)
        for shift in (0.5, 3.2, 6)
        for x in (-1, 0.5, 1.97, 4)
    ]
    return dict(
        beta=beta,
        betaQuantile=beta_quantile,
        studentT=t,
        studentTQuantile=t_quantile,
        normal=normal,
        normalQuantile=normal_quantile,
        noncentralT=noncentral,
    )


# --- means -------------------------------------------------------------------------------------------------------


def mean_case(values, groups=None):
    fit = sm.OLS(values, np.ones(len(values)))
    if groups is None:
        fitted = fit.fit()
    else:
        fitted = fit.fit(cov_type="cluster", cov_kwds=dict(groups=groups, use_correction=True), use_t=True)
    intervals = {}
    for level in (0.025, 0.025 / 12):
        low, high = fitted.conf_int(alpha=2 * level)[0]
        intervals[str(level)] = [float(low), float(high)]
    return dict(
        values=numbers(values),
        groups=None if groups is None else [str(g) for g in groups],
        estimate=float(fitted.params[0]),
        standardError=float(fitted.bse[0]),
        intervals=intervals,
    )


def means():
    small = rng.normal(0.02, 0.3, 60)
    grouped = np.repeat(rng.normal(0, 0.2, 70), rng.integers(1, 7, 70))
    labels = np.repeat(np.arange(70), np.unique(np.cumsum(np.r_[True, np.diff(grouped) != 0]), return_counts=True)[1])
    grouped = grouped + rng.normal(0, 0.1, len(grouped))
    shifted = 1e9 + rng.normal(0, 1, 80)
    return dict(
        independent=mean_case(small),
        grouped=mean_case(grouped, labels),
        groupsOfOne=mean_case(small, np.arange(60)),
        farFromZero=mean_case(shifted),
    )


# --- rates -------------------------------------------------------------------------------------------------------


def rates():
    cases = []
    for successes, n in [(0, 20), (1, 20), (10, 20), (20, 20), (393, 400), (99_990, 100_000)]:
        for level in (0.025, 0.002):
            exact = proportion_confint(successes, n, alpha=2 * level, method="beta")
            wilson = proportion_confint(successes, n, alpha=2 * level, method="wilson")
            cases.append(
                dict(
                    successes=successes,
                    examples=n,
                    level=level,
                    # statsmodels answers NaN at the ends, where the limit is the end
                    clopperPearson=[0.0 if successes == 0 else float(exact[0]), 1.0 if successes == n else float(exact[1])],
                    wilson=numbers(wilson),
                )
            )
    return cases


def mcnemars():
    cases = []
    for gained, lost in [(0, 0), (1, 0), (5, 0), (0, 6), (9, 2), (40, 20), (260, 210), (5_100, 4_900)]:
        two = mcnemar([[100, lost], [gained, 100]], exact=True).pvalue if gained + lost else 1.0
        one = stats.binomtest(gained, gained + lost, 0.5, alternative="greater").pvalue if gained + lost else 1.0
        cases.append(dict(gained=gained, lost=lost, different=min(1.0, float(two)), better=float(one)))
    return cases


def constrained_rates(gained, lost, n, delta):
    """The rates of "gained" and "lost" that differ by delta and maximize the multinomial likelihood, from its slope."""
    same = n - gained - lost
    # The smaller of the two is the unknown, so that neither is a difference of almost equal numbers
    rates = (lambda u: (u, u - delta)) if delta < 0 else (lambda u: (u + delta, u))

    def slope(u):
        more, less = rates(u)
        value = gained / more if gained else 0.0
        value += lost / less if lost else 0.0
        return value - (2 * same / (1 - more - less) if same else 0.0)

    end = (1 - abs(delta)) / 2
    a, b = end * 1e-15, end * (1 - 1e-15)
    if slope(a) <= 0:
        return rates(0.0)
    if slope(b) >= 0:
        return rates(end)
    return rates(optimize.brentq(slope, a, b, xtol=1e-300, rtol=1e-15))


def score(gained, lost, n, delta):
    more, less = constrained_rates(gained, lost, n, delta)
    variance = n * (more + less - delta * delta)
    return (gained - lost - n * delta) / math.sqrt(variance)


def tango_lower(gained, lost, n, level):
    estimate = (gained - lost) / n
    if estimate == -1:
        return -1.0
    z = stats.norm.ppf(1 - level)
    return optimize.brentq(
        lambda d: score(gained, lost, n, d) - z, -1 + 1e-9, estimate - 1e-12, xtol=1e-15, rtol=1e-15
    )


def tangos():
    cases = []
    for gained, lost, n in [(40, 20, 160), (1, 7, 21), (0, 0, 20), (3, 0, 20), (0, 9, 300), (520, 480, 10_000), (20, 0, 20)]:
        for level in (0.025, 0.002):
            cases.append(
                dict(
                    gained=gained,
                    lost=lost,
                    examples=n,
                    level=level,
                    lower=tango_lower(gained, lost, n, level),
                    upper=-tango_lower(lost, gained, n, level),
                )
            )
    return cases


# --- bootstrap ---------------------------------------------------------------------------------------------------


class Sfc32:
    """sfc32 of PractRand, to draw the samples that the code under test draws."""

    def __init__(self, seed, stream):
        self.a, self.b, self.c, self.counter = seed, stream, 0, 1
        for _ in range(15):
            self.next()

    def next(self):
        mask = 0xFFFFFFFF
        result = (self.a + self.b + self.counter) & mask
        self.counter = (self.counter + 1) & mask
        self.a = self.b ^ (self.b >> 9)
        self.b = (self.c + (self.c << 3)) & mask
        self.c = ((((self.c << 21) | (self.c >> 11)) & mask) + result) & mask
        return result

    def below(self, n):
        return self.next() * n >> 32


def bca(statistic, units, seed, resamples, level):
    """`statistic(indices)`; `units` are lists of indices that are drawn together."""
    count = len(units)
    everything = np.concatenate(units)
    estimate = statistic(np.sort(everything))
    drawn = []
    for stream in range(resamples):
        random = Sfc32(seed, stream)
        drawn.append(statistic(np.concatenate([units[random.below(count)] for _ in range(count)])))
    drawn = np.sort(drawn)
    share = (np.sum(drawn < estimate) + np.sum(drawn <= estimate)) / (2 * resamples)
    bias = stats.norm.ppf(share)
    without = np.array([statistic(np.concatenate(units[:u] + units[u + 1 :])) for u in range(count)])
    pulls = without.mean() - without
    acceleration = np.sum(pulls**3) / (6 * np.sum(pulls**2) ** 1.5)

    def end(p):
        z = bias + stats.norm.ppf(p)
        return np.quantile(drawn, stats.norm.cdf(bias + z / (1 - acceleration * z)))

    return dict(
        estimate=float(estimate),
        bias=float(bias),
        acceleration=float(acceleration),
        lower=float(end(level)),
        upper=float(end(1 - level)),
        seed=seed,
        resamples=resamples,
        level=level,
    )


def bootstraps():
    n = 60
    truth = rng.random(n) < 0.4
    scores = {side: numbers(np.round(truth * 0.8 + rng.normal(0, 0.7, n), 1)) for side in ("baseline", "candidate")}
    said = {side: [bool(s > 0.5) for s in values] for side, values in scores.items()}
    targets = rng.normal(3, 2, n)
    guesses = {side: targets + rng.normal(0, sd, n) for side, sd in (("baseline", 1.0), ("candidate", 0.9))}
    groups = [str(g) for g in np.repeat(np.arange(20), 3)]
    single = [np.array([i]) for i in range(n)]
    together = [np.array([3 * g, 3 * g + 1, 3 * g + 2]) for g in range(20)]

    def compared(metric):
        return lambda index: metric(index, "candidate") - metric(index, "baseline")

    def sk(function, values):
        return lambda index, side: function(truth[index], np.asarray(values[side])[index])

    def r2(index, side):
        return metrics.r2_score(targets[index], guesses[side][index])

    def rmse(index, side):
        return math.sqrt(metrics.mean_squared_error(targets[index], guesses[side][index]))

    def quantile(index, side):
        return np.quantile(guesses[side][index], 0.5)

    run = dict(seed=7, resamples=500, level=0.025)
    named = dict(
        f1=sk(metrics.f1_score, said),
        precision=sk(metrics.precision_score, said),
        recall=sk(metrics.recall_score, said),
        auc=sk(metrics.roc_auc_score, scores),
        r2=r2,
        rmse=rmse,
        quantile=quantile,
    )
    return dict(
        actual=[bool(t) for t in truth],
        scores=scores,
        predicted=said,
        targets=numbers(targets),
        guesses={side: numbers(values) for side, values in guesses.items()},
        groups=groups,
        # The median of few examples is lumpy: a tail needs more samples
        independent={
            name: bca(compared(metric), single, **{**run, "resamples": 4000 if name == "quantile" else 500})
            for name, metric in named.items()
        },
        grouped={name: bca(compared(named[name]), together, **run) for name in ("f1", "rmse")},
    )


# --- Holm and the limits that belong to it -----------------------------------------------------------------------


def closed_holm(pvalues, level):
    """Holm by the closure principle: a hypothesis falls if every intersection that contains it falls."""
    count = len(pvalues)
    subsets = [s for size in range(1, count + 1) for s in itertools.combinations(range(count), size)]
    falls = {s: min(pvalues[i] for i in s) <= level / len(s) for s in subsets}
    return [all(falls[s] for s in subsets if i in s) for i in range(count)]


def projected_lower(estimates, errors, edges, level):
    """The lowest value of each parameter in the region of the partitioning principle, by going through all its parts."""
    count = len(estimates)
    lows = [math.inf] * count
    for size in range(0, count + 1):
        for part in itertools.combinations(range(count), size):
            z = stats.norm.ppf(1 - level / (len(part) or count))
            bound = [estimates[i] - z * errors[i] for i in range(count)]
            inside = all(bound[i] < edges[i] for i in part)
            if not inside:
                continue
            for i in range(count):
                if i in part:
                    lows[i] = min(lows[i], bound[i])
                elif part:
                    lows[i] = min(lows[i], edges[i])
                else:
                    lows[i] = min(lows[i], max(edges[i], bound[i]))
    return lows


def holms():
    cases = []
    for means in ([3.0, 2.2, 0.1, -1.0], [3.0, 3.1, 2.6, 4.0], [2.5, 2.3, 2.05, 1.9], [0.2, -0.3, 0.0, 0.1]):
        errors = [1.0] * len(means)
        edges = [0.0] * len(means)
        pvalues = [float(stats.norm.sf(m)) for m in means]
        cases.append(
            dict(
                estimates=means,
                level=0.025,
                rejected=closed_holm(pvalues, 0.025),
                lower=projected_lower(means, errors, edges, 0.025),
            )
        )
    return cases


# --- plans -------------------------------------------------------------------------------------------------------


def plans():
    power = TTestPower()
    return [
        dict(
            margin=margin,
            standardDeviation=sd,
            difference=difference,
            level=level,
            examples=n,
            power=float(power.power((difference + margin) / sd, n, level, alternative="larger")),
        )
        for margin, sd, difference, level, n in [
            (0.01, 0.3, 0.0, 0.025, 9459),
            (0.02, 0.3, 0.01, 0.025, 1000),
            (0.1, 0.2, 0.0, 0.025 / 12, 60),
            (0.5, 0.4, 0.0, 0.025, 8),
        ]
    ]


def rate_plans():
    cases = []
    for n, at_least, level, rate in [(100, 0.8, 0.025, 0.9), (20, 0.5, 0.025, 0.95), (2000, 0.95, 0.002, 0.97)]:
        least = min(
            x for x in range(n + 1) if x > 0 and stats.beta.ppf(level, x, n - x + 1) > at_least
        )
        cases.append(
            dict(examples=n, atLeast=at_least, level=level, rate=rate, power=float(stats.binom.sf(least - 1, n, rate)))
        )
    return cases


# --- parity ------------------------------------------------------------------------------------------------------


def parities():
    a = rng.normal(0, 10, 250)
    b = np.round(a, 2)
    gap = np.abs(a - b)
    return dict(
        a=numbers(a),
        b=numbers(b),
        d=math.fsum(gap**2),
        mean=math.fsum(gap**2) / 250,
        max=float(gap.max()),
        p99=float(np.quantile(gap, 0.99)),
    )


print(
    json.dumps(
        dict(
            distributions=distributions(),
            means=means(),
            rates=rates(),
            mcnemar=mcnemars(),
            tango=tangos(),
            bootstrap=bootstraps(),
            holm=holms(),
            plans=plans(),
            ratePlans=rate_plans(),
            parity=parities(),
        ),
    )
)
