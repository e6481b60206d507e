import { axisTicks } from './axis';

describe('axisTicks', () => {
  it.each([[[12.5, 30]], [[0.91, 0.9105, 0.9]], [[7]], [[0]], [[-3, 1e9]]])(
    'encloses %j between a few evenly spaced round numbers',
    values => {
      const ticks = axisTicks(values);
      expect(ticks[0]).toBeLessThan(Math.min(...values));
      expect(ticks[ticks.length - 1]).toBeGreaterThan(Math.max(...values));
      expect(ticks.length).toBeLessThanOrEqual(10);
      const steps = ticks.slice(1).map((tick, index) => tick - ticks[index]);
      steps.forEach(step => expect(step).toBeCloseTo(steps[0], 6));
    },
  );
});
