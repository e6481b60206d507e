import {
  formatApart,
  formatDifference,
  formatInterval,
  roundUp,
} from './format';

describe('formatInterval', () => {
  it('shows on which side of the limit an interval lies', () => {
    const close = { lower: 12344.1081, upper: 12344.8919 };
    expect(formatInterval(close, [12345]).text).toBe(
      '12,344.108 to 12,344.892',
    );
    const open = { lower: 0.949953, upper: 0.97 };
    expect(formatInterval(open, [0.95]).text).toBe('0.94995 to 0.97');
    expect(formatInterval({ upper: 0.31234 }, [0.4]).text).toBe('−∞ to 0.3123');
  });
});

describe('formatApart', () => {
  it('shows as many digits as tell a value from a limit', () => {
    expect(formatApart(1234567.8, [3])).toEqual([
      { number: 1234570 },
      { number: 3 },
    ]);
    expect(formatApart(30.0000001, [30])).toEqual([
      { number: 30.0000001 },
      { number: 30 },
    ]);
  });
});

describe('roundUp', () => {
  it.each([
    [1, 1],
    [98, 98],
    [101, 110],
    [70962, 71000],
  ])('says %d as %d', (count, said) => {
    expect(roundUp(count)).toBe(said);
  });
});

describe('formatDifference', () => {
  const say = (...args: Parameters<typeof formatDifference>) => {
    const { difference, interval } = formatDifference(...args);
    return `${difference.text}: ${interval.text}`;
  };

  it('says better and worse, and needs no sign', () => {
    const worse = { lower: -0.0512, upper: -0.0123 };
    expect(say(-0.03, worse, [-0.01])).toBe(
      '0.03 worse: 0.0512 worse to 0.0123 worse',
    );
    expect(say(0.002, { lower: -0.008, upper: 0.012 }, [-0.01])).toBe(
      '0.002 better: 0.008 worse to 0.012 better',
    );
    expect(say(0, { lower: -0.1, upper: 0.1 }, [0])).toBe(
      'equal: 0.1 worse to 0.1 better',
    );
    expect(say(0.00001, { lower: -0.3 }, [-0.1])).toBe(
      '0.00001 better: 0.3 worse to ∞',
    );
  });
});
