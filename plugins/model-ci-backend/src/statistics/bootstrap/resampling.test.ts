import { resamplesFor } from './resampling';

describe('resamplesFor', () => {
  it('grows with the questions that are judged together, and for few units', () => {
    expect(resamplesFor(0.025, 1e6)).toBe(2000);
    expect(resamplesFor(0.025 / 12, 100)).toBe(38_400);
    expect(resamplesFor(0.025 / 12, 100, { kind: 'studentized' })).toBe(23_040);
  });

  it('ends where time and memory do', () => {
    const slices = { questions: 200 };
    expect(resamplesFor(0.025 / 200, 20)).toBe(200_000);
    expect(resamplesFor(0.025 / 200, 1, slices)).toBe(100_000);
    expect(resamplesFor(0.025 / 2560, 0, { questions: 2560 })).toBe(7812);
    expect(resamplesFor(0.025 / 1e6, 20, { questions: 1e6 })).toBe(2000);
  });
});
