import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  HistoryPoint,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { COMMIT, pipeline, PIPELINE } from '../../../__testUtils__/fixtures';
import { renderPage } from '../../../__testUtils__/renderPage';
import { History } from './History';

function point(version: number, value: number): HistoryPoint {
  return {
    runId: `run-${version}`,
    runNumber: version + 10,
    version,
    commit: COMMIT,
    branch: 'main',
    stage: 'evaluate',
    metric: 'rmse',
    value,
    interval: { lower: value - 1, upper: value + 1 },
    gate: {
      max: 50,
      verdict: value > 30 ? 'fail' : 'pass',
      verdicts: [
        {
          demand: { baseline: 'champion', margin: 1, confidence: 0.95 },
          verdict: value > 30 ? 'fail' : 'pass',
          estimate: -13,
          interval: { upper: -1 },
          alone: { lower: -16.25, upper: -9.75 },
        },
        { demand: { max: 50 }, verdict: 'pass' },
      ],
    },
    datasetDigest: `sha256:${'a'.repeat(64)}`,
    at: `2026-05-0${version}T10:01:05.000Z`,
  };
}

function setUp(path = '/', more: Partial<MetricLineHistory> = {}) {
  const api = {
    getPipeline: jest.fn(async () => pipeline()),
    listMetricLines: jest.fn(async () => ({
      items: [
        { metric: 'rmse' },
        { metric: 'rmse', slice: 'age=65+' },
        { metric: 'mae' },
      ],
      more: false,
    })),
    getLineHistory: jest.fn(
      async (): Promise<MetricLineHistory> => ({
        line: { metric: 'rmse' },
        points: [point(1, 28), point(2, 41), point(3, 25)],
        total: 3,
        older: false,
        digests: [],
        deployments: [],
        ...more,
      }),
    ),
  };
  renderPage(<History pipelineRef={PIPELINE} />, { api, path });
  return api;
}

const table = async () =>
  within(await screen.findByRole('table'))
    .getAllByRole('row')
    .slice(1);
const versions = async () =>
  (await table()).map(row => within(row).getAllByRole('cell')[0].textContent);

describe('History', () => {
  it('asks for the line that the URL names', async () => {
    const api = setUp('/?metric=rmse&slice=age%3D65%2B&scope=runs&data=none');
    await screen.findByRole('figure');
    expect(api.getLineHistory).toHaveBeenCalledWith(
      PIPELINE,
      expect.objectContaining({
        metric: 'rmse',
        slice: 'age=65+',
        scope: 'runs',
        datasetDigest: 'none',
      }),
      expect.anything(),
    );
  });

  it('asks for the line that is chosen, on all data again', async () => {
    const api = setUp('/?metric=rmse&data=none');
    await screen.findByRole('figure');
    await userEvent.selectOptions(screen.getByLabelText('Metric'), 'mae');
    await waitFor(() =>
      expect(api.getLineHistory).toHaveBeenLastCalledWith(
        PIPELINE,
        expect.objectContaining({ metric: 'mae', datasetDigest: undefined }),
        expect.anything(),
      ),
    );
  });

  it('is walked and chosen from with the keyboard, and leads to run and commit', async () => {
    setUp('/?metric=rmse');
    const range = await screen.findByRole('slider');
    expect(range).toHaveAttribute(
      'aria-valuetext',
      expect.stringContaining('v3: 25'),
    );
    act(() => range.focus());
    await userEvent.keyboard('{Enter}');
    const chosen = await screen.findByRole('region', {
      name: 'Selected value',
    });
    expect(within(chosen).getByRole('link', { name: '#13' })).toHaveAttribute(
      'href',
      '/model-ci/runs/run-3',
    );
    expect(within(chosen).getByText(COMMIT.slice(0, 8))).toBeInTheDocument();
    expect(screen.getByTestId('location')).toHaveTextContent(
      'point=run-3+evaluate',
    );
  });

  it('sorts and filters its table, and keeps that in the URL', async () => {
    setUp('/?metric=rmse');
    expect(await versions()).toEqual(['v3', 'v2', 'v1']);
    await userEvent.click(screen.getByRole('button', { name: 'Value' }));
    expect(await versions()).toEqual(['v3', 'v1', 'v2']);
    expect(screen.getByTestId('location')).toHaveTextContent('sort=value');
    await userEvent.type(screen.getByLabelText('Filter'), 'fail');
    await screen.findByText(/filter=fail/);
    expect(await versions()).toEqual(['v2']);
  });

  it('tells the gates on a value apart, each with what it demanded', async () => {
    setUp('/?metric=rmse');
    const [, failed] = await table();
    const said = within(failed).getAllByRole('listitem');
    expect(said.map(({ textContent }) => textContent)).toEqual([
      '✗ failed at most 1 worse than champion (95\u00a0%)difference -13, interval -16.25 to -9.75; above 0 is better',
      '✓ passed ≤ 50',
    ]);
  });

  it.each([
    [undefined, /^No interval: the report has no standard error/],
    [{ lower: 20, upper: 30 }, /^No interval for 2 values/],
  ])('says once why values have no band', async (interval, text) => {
    const without = (version: number) => ({
      ...point(version, 28),
      interval: undefined,
    });
    setUp('/', {
      points: [{ ...point(1, 28), interval }, without(2), without(3)],
    });
    expect(await screen.findAllByText(text)).toHaveLength(1);
  });

  it('says that it draws fewer values than there are', async () => {
    setUp('/', { total: 7312, older: true });
    expect(
      await screen.findByText(/3 of 7,312 values are drawn/),
    ).toHaveTextContent('There are older values');
  });

  it('survives what somebody wrote into the URL', async () => {
    setUp('/?metric=__proto__&page=1e9&sort=constructor&point=%00&from=x');
    expect(await versions()).toEqual(['v3', 'v2', 'v1']);
  });
});
