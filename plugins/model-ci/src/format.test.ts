import {
  formatBytes,
  formatDuration,
  formatExact,
  formatLimits,
  formatMetric,
} from './format';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [1_234, '1.2 s'],
    [9_960, '10 s'],
    [59_700, '1 m 0 s'],
    [3_600_000 + 61_000, '1 h 1 m'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 ms'],
  ])('writes %d ms as %s', (milliseconds, text) =>
    expect(formatDuration(milliseconds)).toBe(text),
  );
});

describe('formatDuration in Chinese', () => {
  it.each([
    [12.4, '12ms'],
    [1_234, '1.2秒'],
    [100_000, '1分钟 40秒'],
    [90_000_000, '1天 1小时'],
  ])('writes %d ms as %s', (milliseconds, text) =>
    expect(formatDuration(milliseconds, 'zh')).toBe(text),
  );
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KiB'],
    [8 * 1024 ** 3, '8 GiB'],
  ])('writes %d as %s', (bytes, text) =>
    expect(formatBytes(bytes, 'en')).toBe(text),
  );
});

describe('formatMetric', () => {
  it.each([
    [0.912345, undefined, '0.9123'],
    [24.1, 'k€', '24.1 k€'],
    [0.00002, undefined, '2e-5'],
    [0.0000212345, undefined, '2.123e-5'],
    [1234.56, 'ms', '1,234.6 ms'],
    [123_456.7, undefined, '123,457'],
    [0, undefined, '0'],
  ])('writes %d %s as %s', (value, unit, text) =>
    expect(formatMetric(value, unit, 'en')).toBe(text),
  );
});

describe('formatExact', () => {
  it.each([
    [0.1234567890123, '0.1234567890123'],
    [15_170.25, '15,170.25'],
    [1.5e-7, '1.5e-7'],
  ])('writes all digits of %d', (value, text) =>
    expect(formatExact(value, 'en')).toBe(text),
  );
});

describe('formatLimits', () => {
  it('shows on which side of an edge a limit lies', () => {
    expect(
      formatLimits([0.949953, 0.96, 0.97], { edges: [0.95], language: 'en' }),
    ).toEqual(['0.94995', '0.96', '0.97']);
    expect(
      formatLimits([12344.11, undefined, 12344.89], {
        unit: 'ms',
        language: 'en',
      }),
    ).toEqual(['12,344.11 ms', undefined, '12,344.89 ms']);
  });
});
