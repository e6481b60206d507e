import { screen } from '@testing-library/react';
import {
  quoted,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../../__testUtils__/renderPage';
import { IntervalPicture } from './IntervalPicture';
import { spreadTexts } from './picture';
import { judgedTogether } from './together';

function gate(change: Partial<GateResult> = {}): GateResult {
  return {
    stage: 'evaluate',
    metric: 'accuracy',
    demand: { baseline: 'champion', margin: 0.02, confidence: 0.9 },
    verdict: 'inconclusive',
    reason: quoted('It may be worse.'),
    estimate: -0.01,
    interval: { lower: -0.05, upper: 0.03 },
    alone: { lower: -0.04, upper: 0.02 },
    baseline: { name: 'champion', version: 3 },
    ...change,
  };
}

function show(shown: GateResult, others: GateResult[] = []) {
  renderPage(
    <IntervalPicture
      gate={shown}
      together={judgedTogether(shown, [shown, ...others])}
    />,
    { api: {} },
  );
}

const texts = () =>
  [...document.querySelectorAll('svg[role=img] text')].map(
    ({ textContent }) => textContent,
  );

describe('IntervalPicture', () => {
  it('draws ends, estimate, margin and zero with their numbers, and what holds together', async () => {
    show(gate(), [
      gate({ demand: { min: 0.8, confidence: 0.9 } }),
      gate({ demand: { min: 0.7 } }),
    ]);
    expect(
      await screen.findByText(
        'Difference from champion; above 0 is better. 90 % interval, together with 1 other gate.',
      ),
    ).toBeInTheDocument();
    expect(texts()).toEqual([
      '-0.05',
      '-0.01',
      '0.03',
      'margin -0.02',
      'equal 0',
    ]);
  });

  it('shows a limit that was decided with the interval by itself', async () => {
    show(
      gate({
        demand: { max: 30, confidence: 0.95 },
        verdict: 'pass',
        estimate: 25,
        interval: { upper: 30 },
        alone: { lower: 22.5, upper: 27.5 },
      }),
    );
    expect(await screen.findByText('95 % interval.')).toBeInTheDocument();
    expect(texts()).toEqual(['22.5', '25', '27.5', 'limit 30']);
  });
});

describe('spreadTexts', () => {
  it('keeps texts apart and within the picture', () => {
    const placed = spreadTexts(
      [
        { x: 99, text: '0.95' },
        { x: 100, text: '0.951' },
        { x: 101, text: '0.952' },
      ],
      104,
    );
    const ends = placed.map(({ x, text }) => [
      x - text.length * 3.1,
      x + text.length * 3.1,
    ]);
    expect(ends[1][0]).toBeGreaterThan(ends[0][1]);
    expect(ends[2][0]).toBeGreaterThan(ends[1][1]);
    expect(ends[2][1]).toBeLessThanOrEqual(104);
  });
});
