import type { CurvePoints } from '@model-ci/backstage-plugin-model-ci-common';
import { drawCurves } from './drawCurves';
import { smooth, toLine, type RunCurve } from './lines';
import { layOutCurves } from './plotCurves';

function curve(points: CurvePoints): RunCurve {
  return {
    runId: 'r',
    stage: 'train',
    attempt: 1,
    path: 'a',
    metric: 'loss',
    running: false,
    count: points.index.length,
    gaps: 0,
    last: { step: 0 },
    points,
  };
}

describe('A smoothed curve', () => {
  it('is an average that is corrected for its start', () => {
    const points = { index: [0, 1, 2], value: [1, 0, 0] };
    // Weights 0.5 and 1; 0.25, 0.5 and 1.
    expect(smooth(points, 0.5)).toEqual([1, 1 / 3, 1 / 7]);
  });

  it('counts a point as often as it stands for a value, and keeps gaps', () => {
    const whole = { index: [0, 1, 2, 3], value: [4, 2, 2, 2] };
    const thinned = { index: [0, 3], value: [4, 2], mean: [null, 2] };
    expect(smooth(thinned, 0.9)[1]).toBeCloseTo(smooth(whole, 0.9)[3] ?? 0);
    expect(smooth({ index: [0, 1], value: [1, null] }, 0.9)).toEqual([1, null]);
  });
});

describe('A line', () => {
  const points: CurvePoints = {
    index: [0, 1, 2],
    step: [10, 20, 30],
    value: [1, null, 3],
    time: [100, null, 107],
  };

  it('lies over steps, or over the time since its first value', () => {
    expect(toLine(curve(points), 'step', 0)).toMatchObject({
      x: [10, 20, 30],
      values: [1, null, 3],
    });
    expect(toLine(curve(points), 'time', 0)).toMatchObject({
      x: [0, 7],
      values: [1, 3],
    });
    expect(toLine(curve(points), 'epoch', 0)).toBeUndefined();
  });

  it('has no place on a logarithmic axis where it is not above zero', () => {
    const line = toLine(curve({ ...points, value: [0.002, 0, 30] }), 'step', 0);
    const plot = layOutCurves({
      lines: line ? [line] : [],
      width: 400,
      height: 200,
      isLog: true,
    });
    expect(plot.yTicks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    expect(plot.y(0)).toBeUndefined();
    expect(plot.y(0.001)).toBeGreaterThan(plot.y(100) ?? Infinity);
  });

  it('is broken off at a gap, which is a cross at the bottom', () => {
    const line = toLine(curve(points), 'step', 0);
    const lines = line ? [line] : [];
    const plot = layOutCurves({ lines, width: 400, height: 200, isLog: false });
    const calls: string[] = [];
    const note = (name: string) => () => {
      calls.push(name);
    };
    const pen = {
      beginPath: note('begin'),
      moveTo: note('move'),
      lineTo: note('line'),
      stroke: note('stroke'),
      setLineDash: () => {},
      strokeStyle: '',
      lineWidth: 0,
      globalAlpha: 1,
      lineJoin: 'miter' as const,
    };
    drawCurves(pen, lines, plot, () => ({ color: 'red', dash: [] }));
    const [drawn, crosses] = calls.join(' ').split('stroke');
    expect(drawn.match(/move/g)).toHaveLength(2);
    expect(crosses.match(/move/g)).toHaveLength(2);
  });

  it('of many thousand points is laid out without a limit of arguments', () => {
    const many = Array.from({ length: 300_000 }, (_, at) => at);
    const line = toLine(
      curve({ index: many, step: many, value: many }),
      'step',
      0,
    );
    const lines = line ? [line] : [];
    expect(
      layOutCurves({ lines, width: 400, height: 200, isLog: false }).yTicks[0],
    ).toBeLessThan(0);
  });
});
