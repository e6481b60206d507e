import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  Evaluation,
  MetricHistory,
  VersionComparison,
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

/** jsdom has no layout and so nothing to observe. */
class NoResizes implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

function setUp(histories: MetricHistory[], path = '/') {
  globalThis.ResizeObserver ??= NoResizes;
  // The size that a browser would give the chart.
  jest
    .spyOn(HTMLElement.prototype, 'getBoundingClientRect')
    .mockReturnValue({ width: 600, height: 220 } as DOMRect);
  jest.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(600);
  jest.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(220);
  const comparison: VersionComparison = {
    versions: [1, 2].map(version => ({
      version,
      runId: `run-${version}`,
      runNumber: version,
      createdAt: '2026-05-01T10:01:05.000Z',
      createdBy: 'user:default/guest',
      aliases: [],
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
    ],
  };
  const api = {
    getPipeline: jest.fn(async () => pipeline()),
    getMetricHistories: jest.fn(async () => histories),
    compareVersions: jest.fn(async () => comparison),
  };
  renderPage(<Evaluations pipelineRef={PIPELINE} />, { api, path });
  return api;
}

describe('Evaluations', () => {
  afterEach(() => jest.restoreAllMocks());

  it('says what to do where nothing was measured', async () => {
    setUp([]);
    expect(await screen.findByText('No evaluations yet')).toBeInTheDocument();
  });

  it('draws a metric over the versions, with its gate, and lists them newest first', async () => {
    setUp([rmse]);
    const chart = await screen.findByRole('figure', {
      name: 'rmse · houses over 2 points',
    });
    expect(
      within(chart).getByRole('link', { name: 'v2: rmse · houses 25' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('lower is better · at most 30'),
    ).toBeInTheDocument();
    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getAllByRole('link')[0].textContent),
    ).toEqual(['#3', '#1']);
  });

  it('shows runs that registered no version on demand, and those outside the gate as such', async () => {
    setUp([rmse]);
    await userEvent.selectOptions(await screen.findByLabelText('Show'), 'runs');
    expect(
      await screen.findByRole('link', {
        name: '#2: rmse · houses 41, gate failed',
      }),
    ).toBeInTheDocument();
    expect(screen.getByTestId('location')).toHaveTextContent('/?scope=runs');
  });

  it('compares the versions that were chosen, which stay in the URL', async () => {
    const api = setUp([rmse]);
    await userEvent.click(await screen.findByLabelText('Compare version 1'));
    await userEvent.click(screen.getByLabelText('Compare version 2'));
    const table = await screen.findByRole('table', {
      name: 'Metrics of the selected versions',
    });
    expect(within(table).getByText('-3 better')).toBeInTheDocument();
    await waitFor(() =>
      expect(api.compareVersions).toHaveBeenLastCalledWith(
        PIPELINE,
        [1, 2],
        expect.anything(),
      ),
    );
    expect(screen.getByTestId('location')).toHaveTextContent('/?compare=1%2C2');
  });

  it('does not believe what somebody wrote into the URL', async () => {
    const api = setUp([rmse], '/?compare=1,-5,x,1e99');
    expect(
      await screen.findByText(
        'Select two or more versions in the table to compare them.',
      ),
    ).toBeInTheDocument();
    expect(api.compareVersions).not.toHaveBeenCalled();
  });
});
