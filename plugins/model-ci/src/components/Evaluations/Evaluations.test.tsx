import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  reason,
  type Evaluation,
  type ExampleComparison,
  type MetricHistories,
  type MetricHistory,
  type Pipeline,
  type VersionComparison,
} from '@model-ci/backstage-plugin-model-ci-common';
import { COMMIT, pipeline, PIPELINE } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Evaluations } from './Evaluations';

function point(
  runNumber: number,
  value: number,
  version: number | undefined,
): Evaluation {
  return {
    runId: `run-${runNumber}`,
    runNumber,
    version,
    commit: COMMIT,
    stage: 'evaluate',
    metric: 'rmse',
    dataset: 'houses',
    value,
    higherIsBetter: false,
    at: '2026-05-01T10:01:05.000Z',
  };
}

const rmse: MetricHistory = {
  metric: 'rmse',
  dataset: 'houses',
  higherIsBetter: false,
  gate: { max: 30 },
  points: [point(1, 28, 1), point(2, 41, undefined), point(3, 25, 2)],
};

const NO_EXAMPLES: ExampleComparison = {
  versions: [1, 2],
  sets: [],
  metrics: [],
  higherIsBetter: true,
  mismatches: [],
  common: 0,
  slices: [],
  total: 0,
  items: [],
};

function setUp(
  histories: MetricHistory[],
  path = '/',
  cut?: MetricHistories['cut'],
  deployed: Pipeline['deployed'] = [],
) {
  const comparison: VersionComparison = {
    versions: [1, 2].map(version => ({
      version,
      runId: `run-${version}`,
      runNumber: version,
      createdAt: '2026-05-01T10:01:05.000Z',
      createdBy: 'user:default/guest',
      aliases: [],
      parameters: {},
      datasets: [],
    })),
    metrics: [
      {
        metric: 'rmse',
        dataset: 'houses',
        higherIsBetter: false,
        values: [
          { version: 1, value: 28, comparison: 'reference' },
          { version: 2, value: 25, comparison: 'better', difference: -3 },
        ],
      },
      {
        metric: 'mae',
        values: [
          { version: 1, value: 9, comparison: 'reference' },
          {
            version: 2,
            value: 8,
            comparison: 'not-comparable',
            reason: reason('comparison.otherData', { version: 1 }),
          },
        ],
      },
    ],
  };
  const api = {
    getPipeline: jest.fn(async () => pipeline({ deployed })),
    getMetricHistories: jest.fn(async () => ({ items: histories, cut })),
    compareVersions: jest.fn(async () => comparison),
    listVersions: jest.fn(async () => ({ items: [] })),
    listAliases: jest.fn(async () => ({
      aliases: [
        {
          alias: 'champion',
          version: 2,
          by: 'user:default/guest',
          at: '2026-05-01T10:01:05.000Z',
        },
      ],
      changes: [],
    })),
    getDifferences: jest.fn(async () => []),
    compareExamples: jest.fn(async () => NO_EXAMPLES),
  };
  renderPage(<Evaluations pipelineRef={PIPELINE} />, { api, path });
  return api;
}

describe('Evaluations', () => {
  afterEach(() => jest.restoreAllMocks());

  it('says how many metrics there are where not all are shown', async () => {
    setUp([rmse], '/', { shown: 200, total: 1234, more: false });
    expect(
      await screen.findByText(/The first 200 of 1,234 metrics are shown/),
    ).toBeInTheDocument();
  });

  it('says what to do where nothing was measured', async () => {
    setUp([]);
    expect(await screen.findByText('No evaluations yet')).toBeInTheDocument();
  });

  it('draws a metric over the versions, with its gate, and lists them newest first', async () => {
    setUp([rmse]);
    const chart = await screen.findByRole('figure', {
      name: 'rmse · houses over 2 points',
    });
    expect(within(chart).getByRole('slider')).toHaveAttribute(
      'aria-valuetext',
      'v2: rmse · houses 25',
    );
    expect(
      screen.getByText('lower is better · at most 30'),
    ).toBeInTheDocument();
    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getAllByRole('link')[1].textContent),
    ).toEqual(['#3', '#1']);
  });

  it('names the aliases of versions', async () => {
    setUp([rmse]);
    const row = (await screen.findByText('champion')).closest('tr')!;
    expect(within(row).getByText('v2')).toBeInTheDocument();
  });

  it('says where versions serve', async () => {
    setUp([rmse], '/', undefined, [
      {
        environment: 'production',
        version: 1,
        deploymentId: 'deployment-1',
        health: 'healthy',
      },
    ]);
    const row = (await screen.findByText('serves in production')).closest(
      'tr',
    )!;
    expect(within(row).getByText('v1')).toBeInTheDocument();
  });

  it('shows the metrics first that a gate judges', async () => {
    const other = { ...rmse, metric: 'mae', gate: undefined };
    setUp([other, rmse]);
    const charts = await screen.findAllByRole('figure');
    expect(charts.map(chart => chart.getAttribute('aria-label'))).toEqual([
      'rmse · houses over 2 points',
      'mae · houses over 2 points',
    ]);
  });

  it('shows runs that registered no version on demand, and those outside the gate as such', async () => {
    setUp([rmse]);
    await userEvent.selectOptions(await screen.findByLabelText('Show'), 'runs');
    const range = await screen.findByRole('slider', {
      name: 'rmse · houses over 3 points',
    });
    act(() => range.focus());
    fireEvent.change(range, { target: { value: '1' } });
    expect(range).toHaveAttribute(
      'aria-valuetext',
      '#2: rmse · houses 41, gate failed',
    );
    expect(screen.getByTestId('location')).toHaveTextContent('/?scope=runs');
  });

  it('compares the versions that were chosen, which stay in the URL', async () => {
    const api = setUp([rmse]);
    // Whichever is chosen first, the oldest is the reference.
    await userEvent.click(await screen.findByLabelText('Compare version 2'));
    await userEvent.click(screen.getByLabelText('Compare version 1'));
    expect(screen.getByTestId('location')).toHaveTextContent('/?compare=1%2C2');
    await userEvent.click(
      screen.getByRole('button', { name: 'Compare 2 versions' }),
    );
    const table = await screen.findByRole('table', {
      name: 'Metrics of the selected versions',
    });
    expect(within(table).getByText('-3')).toBeInTheDocument();
    expect(
      within(table).getByText(
        'Not comparable: measured on other data than version 1',
      ),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(api.compareVersions).toHaveBeenLastCalledWith(
        PIPELINE,
        [1, 2],
        expect.anything(),
      ),
    );
    expect(screen.getByTestId('location')).toHaveTextContent(
      '/?compare=1%2C2&view=compare',
    );
  });

  it('does not believe what somebody wrote into the URL', async () => {
    const api = setUp([rmse], '/?view=compare&compare=1,-5,x,1e99');
    expect(
      await screen.findByText(
        'Select two or more versions in the table to compare them.',
      ),
    ).toBeInTheDocument();
    expect(api.compareVersions).not.toHaveBeenCalled();
  });
});
