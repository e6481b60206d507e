import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ExampleComparison } from '@model-ci/backstage-plugin-model-ci-common';
import { PIPELINE } from '../../../__testUtils__/fixtures';
import { renderPage } from '../../../__testUtils__/renderPage';
import { Examples } from './Examples';
import { readExampleQuery } from './query';

const COMPARED: ExampleComparison = {
  versions: [1, 2],
  sets: [{ stage: 'evaluate', dataset: 'pets' }],
  set: { stage: 'evaluate', dataset: 'pets' },
  metrics: ['accuracy'],
  metric: 'accuracy',
  higherIsBetter: true,
  mismatches: [],
  common: 40,
  verdict: {
    verdict: 'inconclusive',
    difference: -0.025,
    interval: { lower: -0.13, upper: 0.07 },
    method: 'tango',
    examples: 40,
    cautions: [],
  },
  counts: {
    better: 1,
    worse: 2,
    equal: 37,
    unmeasured: 0,
    gained: 1,
    lost: 2,
  },
  slices: [{ name: 'age', values: ['18-64', '65+'] }],
  total: 40,
  items: [
    {
      id: 'e7',
      text: 'A <b>grey</b> animal',
      change: -1,
      baseline: { prediction: 'cat', target: 'cat', score: 1, slices: {} },
      candidate: {
        prediction: 'dog',
        target: 'cat',
        score: 0,
        slices: { age: '65+' },
      },
    },
  ],
  nextCursor: 'next',
};

function setUp(data: Partial<ExampleComparison> = {}, path = '/') {
  const api = {
    compareExamples: jest.fn(async () => ({ ...COMPARED, ...data })),
    getLedger: jest.fn(async () => ({
      id: 'e7',
      text: 'A <b>grey</b> animal',
      metric: 'accuracy',
      higherIsBetter: true,
      wrongSince: 2,
      flips: 1,
      entries: [true, false].map((right, i) => ({
        version: i + 1,
        runId: `run-${i}`,
        runNumber: i + 10,
        at: '2026-05-01T10:01:05.000Z',
        found: true,
        right,
        prediction: right ? 'cat' : 'dog',
      })),
    })),
  };
  renderPage(<Examples pipelineRef={PIPELINE} versions={[1, 2]} />, {
    api,
    path,
  });
  return api;
}

describe('Examples', () => {
  it('shows differences without better or worse where the direction is not known', async () => {
    setUp({
      metric: 'churn',
      higherIsBetter: undefined,
      verdict: {
        verdict: 'different',
        difference: 0.2,
        interval: { lower: 0.19, upper: 0.21 },
        method: 'student-t',
        examples: 40,
        cautions: [],
      },
      counts: { higher: 39, lower: 1, equal: 0, unmeasured: 0 },
    });
    expect(await screen.findByText('different')).toBeInTheDocument();
    expect(screen.getByText(/39 higher, 1 lower, 0 equal/)).toBeInTheDocument();
    expect(
      screen.getByText(/Which direction is better is not known/),
    ).toBeInTheDocument();
    const filter = screen.getByLabelText('Show');
    expect(
      within(filter)
        .getAllByRole('option')
        .map(({ textContent }) => textContent),
    ).toEqual(['All', 'Lower', 'Higher', 'Changed']);
    expect(screen.queryByText(/better|worse/i)).toHaveTextContent(
      'Which direction is better',
    );
  });

  it('shows the verdict of all and each example as both versions answered it', async () => {
    setUp();
    const table = await screen.findByRole('table');
    const [, row] = within(table).getAllByRole('row');
    expect(
      within(row)
        .getAllByRole('cell')
        .map(cell => cell.textContent),
    ).toEqual([
      'e7A <b>grey</b> animal',
      '▼ -1',
      'cat1',
      'dog0',
      'cat',
      'age=65+',
    ]);
    expect(screen.getByText('too close to call')).toBeInTheDocument();
    expect(screen.getByText(/1 better, 2 worse, 37 equal/)).toBeInTheDocument();
  });

  it('keeps filters in the URL and begins their list anew', async () => {
    const api = setUp({}, '/?cursor=old');
    await userEvent.selectOptions(await screen.findByLabelText('Show'), 'lost');
    await userEvent.selectOptions(screen.getByLabelText('Slice'), 'age=65+');
    expect(api.compareExamples).toHaveBeenLastCalledWith(
      PIPELINE,
      [1, 2],
      expect.objectContaining({
        flips: 'lost',
        slice: 'age',
        sliceValue: '65+',
        cursor: undefined,
      }),
      expect.anything(),
    );
  });

  it('compares other data only where somebody chooses to', async () => {
    setUp({
      verdict: undefined,
      counts: undefined,
      items: [],
      mismatches: [
        { reason: 'other-data' },
        { reason: 'extra-ids', ids: ['x'], count: 1 },
      ],
    });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('This is not the same data');
    expect(alert).toHaveTextContent('only the second version has: 1 (x');
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
    await userEvent.click(
      screen.getByLabelText('Compare the examples that both have'),
    );
    expect(screen.getByTestId('location')).toHaveTextContent('common=true');
  });

  it('opens the ledger of an example', async () => {
    setUp();
    await userEvent.click(await screen.findByRole('button', { name: 'e7' }));
    const dialog = await screen.findByRole('dialog');
    expect(
      await within(dialog).findByText(/Wrong since version 2/),
    ).toHaveTextContent('It flipped 1 time.');
    expect(within(dialog).getByText('A <b>grey</b> animal')).toBeVisible();
    expect(screen.getByTestId('location')).toHaveTextContent('example=e7');
  });
});

describe('readExampleQuery', () => {
  it.each(['set=%7B%7D', 'set=[1,2]', 'slice=x', 'slice=["a"]', 'order=%00'])(
    'does not believe %s',
    query =>
      expect(readExampleQuery(new URLSearchParams(query))).toMatchObject({
        slice: undefined,
        sort: undefined,
        common: false,
      }),
  );
});
