import { expected, same } from '../testing/expected';
import { betaCdf, betaQuantile } from './beta';
import { noncentralTCdf } from './noncentralT';
import { normalCdf, normalQuantile } from './normal';
import { studentTCdf, studentTQuantile } from './studentT';

const { distributions } = expected;

describe('distributions', () => {
  it.each(distributions.beta)('beta: P(X ≤ %d), %d, %d', (x, a, b, p) => {
    expect(betaCdf(x, a, b)).toEqual(same(p));
  });

  it.each(distributions.betaQuantile)(
    'beta: the quantile of %d, %d, %d',
    (p, a, b, x) => {
      const found = betaQuantile(p, a, b);
      expect(found.x).toEqual(same(x));
      expect(found.complement).toEqual(same(1 - x));
    },
  );

  it.each(distributions.studentT)('Student: P(T ≤ %d), %d', (t, df, p) => {
    expect(studentTCdf(t, df)).toEqual(same(p));
  });

  it.each(distributions.studentTQuantile)(
    'Student: the quantile of %d, %d',
    (p, df, t) => {
      expect(studentTQuantile(p, df)).toEqual(same(t));
    },
  );

  it.each(distributions.normal)('normal: P(Z ≤ %d)', (z, p) => {
    expect(normalCdf(z)).toEqual(same(p));
  });

  it.each(distributions.normalQuantile)(
    'normal: the quantile of %d',
    (p, z) => {
      expect(normalQuantile(p)).toEqual(same(z));
    },
  );

  it.each(distributions.noncentralT)(
    'noncentral t: P(T ≤ %d), %d, %d',
    (t, df, shift, p) => {
      expect(noncentralTCdf(t, df, shift)).toEqual(same(p));
    },
  );
});
