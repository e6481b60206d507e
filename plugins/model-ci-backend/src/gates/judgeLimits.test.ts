import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { judgeStage } from './judgeStage';
import type { Gate, Measured } from './types';

const nothing = { plan: [], examples: [], directions: {} };
const open = () => {
  throw new Error('There is nothing to open');
};

async function judge(gate: Gate, ...evaluations: Measured[]) {
  const metricsPath = 'reports/metrics.json';
  const evidence = { ...nothing, gates: [gate], evaluations, metricsPath };
  const [{ verdict, reason: why }] = await judgeStage(evidence, open);
  return `${verdict}: ${why.text}`;
}

describe('judgeStage without confidence', () => {
  it.each([
    [{ max: 30 }, 31.2, 'fail: rmse 31.2 is above the limit 30'],
    [{ max: 30 }, 30, 'pass: rmse 30 is within the limit 30'],
    [{ min: 0.9 }, 0.81, 'fail: rmse 0.81 is below the limit 0.9'],
    [{ min: 0.9 }, 0.9, 'pass: rmse 0.9 reaches the limit 0.9'],
    [{ min: 1, max: 2 }, 1.5, 'pass: rmse 1.5 is between 1 and 2'],
    [{ min: 1, max: 2 }, 0.5, 'fail: rmse 0.5 is below the limit 1'],
    [{ min: 1, max: 2 }, 2.5, 'fail: rmse 2.5 is above the limit 2'],
    [{ max: 0 }, -0, 'pass: rmse 0 is within the limit 0'],
  ])('judges %j over %d', async (limits, value, expected) => {
    expect(
      await judge({ metric: 'rmse', ...limits }, { metric: 'rmse', value }),
    ).toBe(expected);
  });

  it('shows as many digits as tell a value from its limit', async () => {
    expect(
      await judge(
        { metric: 'rmse', max: 30 },
        { metric: 'rmse', value: 30.0000001 },
      ),
    ).toBe('fail: rmse 30.0000001 is above the limit 30');
    expect(
      await judge(
        { metric: 'rmse', max: 30 },
        { metric: 'rmse', value: 31.23456789 },
      ),
    ).toBe('fail: rmse 31.2346 is above the limit 30');
  });

  it('judges the data set that the gate names', async () => {
    const evaluations = [
      { metric: 'rmse', value: 10, dataset: 'train' },
      { metric: 'rmse', value: 40, dataset: 'test' },
    ];
    expect(
      await judge({ metric: 'rmse', dataset: 'test', max: 30 }, ...evaluations),
    ).toBe('fail: rmse on test 40 is above the limit 30');
    expect(await judge({ metric: 'rmse', max: 30 }, ...evaluations)).toBe(
      `fail: rmse was reported on several data sets (train and test): name the one that counts with the gate's 'dataset'`,
    );
    expect(
      await judge(
        { metric: 'rmse', dataset: 'other', max: 30 },
        ...evaluations,
      ),
    ).toBe('fail: rmse was not reported on other, but on train and test');
  });

  it('fails a metric that was not reported, and names what was', async () => {
    expect(
      await judge({ metric: 'rmse', max: 1 }, { metric: 'mae', value: 1 }),
    ).toBe('fail: rmse was not reported: reports/metrics.json holds mae');
    expect(await judge({ metric: 'rmse', max: 1 })).toBe(
      'fail: rmse was not reported: reports/metrics.json holds no metric',
    );
  });

  it('says that a stage without a metrics report cannot be judged', async () => {
    const gates = [{ metric: 'rmse', max: 1 }];
    const [gate] = await judgeStage(
      { ...nothing, gates, evaluations: [] },
      open,
    );
    expect(gate).toEqual({
      metric: 'rmse',
      demand: { max: 1 },
      verdict: 'fail',
      reason: reason('gate.noReport', { metric: 'rmse' }),
    });
  });

  it('fails what was not measured, and judges plain numbers', async () => {
    expect(await judge({ metric: 'rmse', max: 1 }, { metric: 'rmse' })).toBe(
      'fail: rmse was not measured: the report says that it is not a number',
    );
    expect(
      await judge(
        { metric: 'parity.d', max: 1e-6 },
        { metric: 'parity.d', value: 0 },
      ),
    ).toBe('pass: parity.d 0 is within the limit 0.000001');
  });
});
