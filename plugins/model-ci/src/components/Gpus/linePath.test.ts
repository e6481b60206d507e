import { linePath } from './linePath';

describe('linePath', () => {
  const size = { max: 1, width: 100, height: 10 };

  it('draws from the first to the last value, higher up what is more', () => {
    expect(
      linePath({ ...size, seconds: [0, 5, 10], values: [0, 1, 0.5] }),
    ).toBe('M0 10L50 0L100 5');
  });

  it('breaks where a value is missing', () => {
    expect(
      linePath({ ...size, seconds: [0, 5, 10], values: [0, null, 1] }),
    ).toBe('M0 10M100 0');
  });

  it('draws nothing of nothing', () => {
    expect(linePath({ ...size, seconds: [], values: [] })).toBe('');
  });
});
