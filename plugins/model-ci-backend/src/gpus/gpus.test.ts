import { addReading } from './addReading';
import type { StoredUsage } from '../database/operations/gpus/usageSchema';
import { summarizeUsage, totalOf } from './summarizeUsage';

const GIB = 2 ** 30;

/** A reading each five seconds. */
function measure(
  readings: Array<{
    utilization?: number;
    usedMemoryBytes?: number;
    watts?: number;
    energyJoules?: number;
  }>,
  every = 5,
): StoredUsage {
  let usage: StoredUsage | undefined;
  readings.forEach((reading, at) => {
    usage = addReading(usage, { id: 'GPU-a', ...reading }, at * every * 1000);
  });
  return usage!;
}

const times = <T>(count: number, value: T): T[] =>
  Array.from({ length: count }, () => value);

describe('what is recorded of a GPU', () => {
  it('is its mean utilization, its peak of memory, and what it is', () => {
    const usage = addReading(
      measure([
        { utilization: 1, usedMemoryBytes: 2 * GIB },
        { utilization: 1, usedMemoryBytes: 5 * GIB },
        { utilization: 0, usedMemoryBytes: GIB },
      ]),
      {
        id: 'GPU-a',
        model: 'NVIDIA H200',
        driver: '580',
        memoryBytes: 140 * GIB,
        utilization: 0.5,
      },
      15_000,
    );
    expect(summarizeUsage(usage)).toMatchObject({
      model: 'NVIDIA H200',
      driver: '580',
      memoryBytes: 140 * GIB,
      seconds: 15,
      idleSeconds: 5,
      utilization: 0.5,
      peakMemoryBytes: 5 * GIB,
    });
  });

  it('is what its counter has grown by, also over a time in which nobody read it', () => {
    const before = measure([{ energyJoules: 1000 }, { energyJoules: 1700 }]);
    const after = addReading(
      before,
      { id: 'GPU-a', energyJoules: 9000, watts: 700 },
      3_600_000,
    );
    expect(summarizeUsage(after)).toMatchObject({
      seconds: 5,
      energy: { joules: 8000, isEstimate: false },
    });
  });

  it('goes on with a counter that begins anew with the driver', () => {
    const usage = measure([
      { energyJoules: 1000 },
      { energyJoules: 1500 },
      { watts: 400 },
      { energyJoules: 20 },
    ]);
    expect(summarizeUsage(usage).energy?.joules).toBe(520);
  });

  it('is its power over the time, as an estimate, where there is no counter', () => {
    // 20 s at 693 W: the counter of the same H200 said 14,375 J for 20 s of such work.
    const usage = measure(times(5, { watts: 692.35 }));
    expect(summarizeUsage(usage).energy).toEqual({
      joules: expect.closeTo(13_847, 0),
      isEstimate: true,
    });
    expect(
      summarizeUsage(measure([{ watts: 0 }, { watts: 100 }])).energy?.joules,
    ).toBe(250);
  });

  it('keeps few points however long it runs, which still show its shape', () => {
    const day = 17_280;
    const usage = measure(
      Array.from({ length: day }, (_, at) => ({
        utilization: at < day / 2 ? 0 : 1,
        usedMemoryBytes: at === 9000 ? 7 : 1,
      })),
    );
    const { points } = summarizeUsage(usage);
    expect(points.seconds.length).toBeLessThanOrEqual(240);
    expect(points.seconds.length).toBeGreaterThan(100);
    expect(points.seconds[0]).toBe(0);
    expect(points.utilization.slice(0, 50)).toEqual(times(50, 0));
    expect(points.utilization.slice(-50)).toEqual(times(50, 1));
    expect(Math.max(...points.memoryBytes.map(Number))).toBe(7);
    expect(JSON.stringify(usage).length).toBeLessThan(10_000);
  });

  it('has a gap where a value is missing', () => {
    const { points } = summarizeUsage(measure([{ watts: 5 }, {}]));
    expect(points.watts).toEqual([5, null]);
    expect(points.utilization).toEqual([null, null]);
  });
});

describe('an idle GPU', () => {
  const remark = (usage: StoredUsage) => summarizeUsage(usage).remark;

  it('is pointed out after a minute, and if it was idle for most of the time', () => {
    const idle = times(15, { utilization: 0.02 });
    const busy = times(10, { utilization: 0.9 });
    expect(remark(measure([...idle, ...busy]))).toMatchObject({
      code: 'gpu.idle',
      parameters: { time: { seconds: 70 }, of: { seconds: 120 } },
    });
    expect(remark(measure(idle))).toMatchObject({ code: 'gpu.unused' });
  });

  it('is not where it only begins late, or says nothing of its work', () => {
    const idle = times(10, { utilization: 0 });
    const busy = times(90, { utilization: 0.9 });
    expect(remark(measure(idle))).toBeUndefined();
    expect(remark(measure([...times(40, { utilization: 0 }), ...busy]))).toBe(
      undefined,
    );
    expect(remark(measure(times(99, { watts: 70 })))).toBeUndefined();
  });
});

describe('the total of a run', () => {
  const usageOf = (stored: StoredUsage, model: string) => ({
    stage: 'train',
    attempt: 1,
    running: false,
    device: 'GPU-a',
    ...summarizeUsage(stored),
    model,
  });

  it('sums up, and is an estimate where a part is one', () => {
    const counted = measure([{ energyJoules: 0 }, { energyJoules: 100 }]);
    const estimated = measure([{ watts: 10 }, { watts: 10 }]);
    expect(
      totalOf([
        usageOf(counted, 'H200'),
        usageOf(estimated, 'H100'),
        usageOf(measure([{}]), 'H200'),
      ]),
    ).toEqual({
      models: ['H100', 'H200'],
      gpuSeconds: 10,
      energy: { joules: 150, isEstimate: true },
    });
    expect(totalOf([])).toBeUndefined();
  });
});
