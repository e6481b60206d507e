import {
  quoted,
  type GateResult,
  type Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import { verdictOf } from './verdictOf';

const gate = (
  verdict: Verdict,
  change: Partial<GateResult> = {},
): GateResult => ({
  stage: 'evaluate',
  metric: 'auc',
  demand: { min: 0.7 },
  verdict,
  reason: quoted('measured'),
  ...change,
});
const auc = { stage: 'evaluate', metric: 'auc', dataset: 'loans' };

describe('verdictOf', () => {
  it('is the worst of the gates on a metric and its slices', () => {
    const gates = [gate('pass'), gate('inconclusive', { slice: 'age=65+' })];
    expect(verdictOf(auc, gates)).toBe('inconclusive');
    expect(verdictOf(auc, [...gates, gate('fail')])).toBe('fail');
  });

  it.each<Partial<GateResult>>([
    { stage: 'train' },
    { instance: 'seed=7' },
    { metric: 'rmse' },
    { dataset: 'houses' },
  ])('leaves out a gate of %o', change => {
    expect(verdictOf(auc, [gate('fail', change)])).toBeUndefined();
    expect(verdictOf(auc, [gate('pass'), gate('fail', change)])).toBe('pass');
  });
});
