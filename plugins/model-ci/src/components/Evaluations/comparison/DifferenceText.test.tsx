import { screen } from '@testing-library/react';
import { renderPage } from '../../../__testUtils__/renderPage';
import { DifferenceText } from './DifferenceText';

function setUp(basis: 'paired' | 'unpaired', language?: string) {
  renderPage(
    <DifferenceText
      difference={{
        metric: 'accuracy',
        higherIsBetter: true,
        baseline: 0.7,
        candidate: 0.8,
        verdict: 'better',
        interval: { lower: 0.05, upper: 0.15 },
        basis,
        method: 'bca',
        examples: 12345,
        cautions: [],
      }}
    />,
    { api: {}, language },
  );
}

describe('DifferenceText', () => {
  it('counts pairs where both versions answered the same examples', async () => {
    setUp('paired');
    expect(await screen.findByText('[0.05, 0.15] 12,345 pairs')).toBeVisible();
  });

  it('counts examples otherwise', async () => {
    setUp('unpaired');
    expect(
      await screen.findByText('[0.05, 0.15] 12,345 examples'),
    ).toBeVisible();
  });

  it('says both in Chinese', async () => {
    setUp('paired', 'zh');
    expect(await screen.findByText('[0.05, 0.15] 12,345 对')).toBeVisible();
  });
});
