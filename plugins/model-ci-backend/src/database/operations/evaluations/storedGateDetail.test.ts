import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { formatGateDetail, parseGateDetail } from './storedGateDetail';

const NUMBERS = [0, -0, 0.5, -1e300, 5e-324, NaN, Infinity, -Infinity];

describe('formatGateDetail', () => {
  it.each(NUMBERS)('stores whatever came of a gate, were it all %d', number => {
    const interval = { lower: number, upper: number };
    const stored = formatGateDetail({
      metric: 'auc',
      demand: { min: 0.5 },
      verdict: 'inconclusive',
      reason: quoted('no'),
      value: number,
      estimate: number,
      interval,
      alone: interval,
      examples: number,
      groups: number,
      needed: number,
      planned: number,
      baseline: { name: 'champion', version: 3, value: number },
    });
    const read = parseGateDetail({ detail: stored, min: null, max: null });
    const kept = Number.isFinite(number) ? number + 0 : undefined;
    expect(read).toMatchObject({ demand: { min: 0.5 } });
    expect(read).toHaveProperty('baseline.name', 'champion');
    expect([
      'estimate' in read ? read.estimate : undefined,
      'baseline' in read ? read.baseline?.value : undefined,
    ]).toEqual([kept, kept]);
  });
});
