import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { PipelineSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { PipelinesPage } from './PipelinesPage';

function setUp(items: PipelineSummary[], path = '/') {
  const api = { listPipelines: jest.fn(async () => ({ items })) };
  renderPage(<PipelinesPage />, { api, path });
  return api;
}

describe('PipelinesPage', () => {
  it('shows how each pipeline is doing', async () => {
    setUp([
      pipeline({
        latestRun: runSummary({ status: 'failed' }),
        recentRuns: [
          { id: 'run-6', number: 6, status: 'succeeded' },
          { id: 'run-7', number: 7, status: 'failed' },
        ],
        latestMetrics: [
          {
            metric: 'rmse',
            value: 24.1,
            previous: 26.4,
            higherIsBetter: false,
          },
        ],
        deployed: [
          {
            environment: 'staging',
            version: 5,
            deploymentId: 'd1',
            health: 'healthy',
          },
        ],
      }),
    ]);
    const row = (await screen.findByText('House price')).closest('tr')!;
    expect(within(row).getByText('House price').closest('a')).toHaveAttribute(
      'href',
      '/catalog/default/modelpipeline/house-price',
    );
    expect(within(row).getByText('Failed').closest('a')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-7',
    );
    expect(
      within(row).getByRole('link', { name: 'Run 6: Succeeded' }),
    ).toHaveAttribute('href', '/model-ci/runs/run-6');
    expect(within(row).getByText('rmse')).toBeInTheDocument();
    expect(
      within(row).getByRole('img', { name: /26.4 in the previous version/ }),
    ).toBeInTheDocument();
    expect(within(row).getByText('Version 5')).toBeInTheDocument();
    expect(within(row).getByRole('img', { name: 'Healthy' })).toBeVisible();
  });

  it('takes its filters from the URL and puts them there', async () => {
    const api = setUp([], '/?status=running&owner=group%3Adefault%2Fml');
    expect(
      await screen.findByText('No matching pipelines'),
    ).toBeInTheDocument();
    expect(api.listPipelines).toHaveBeenCalledWith(
      expect.objectContaining({
        statuses: ['running'],
        owners: ['group:default/ml'],
      }),
      expect.anything(),
    );
    await userEvent.type(screen.getByLabelText('Search by name'), 'house');
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent('q=house'),
    );
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear filters' })[0],
    );
    await waitFor(() =>
      expect(screen.getByTestId('location').textContent).toBe('/'),
    );
  });

  it('sorts by name, or by the last run', async () => {
    const api = setUp([pipeline()]);
    const heading = await screen.findByRole('button', { name: 'Last run' });
    expect(api.listPipelines).toHaveBeenLastCalledWith(
      expect.objectContaining({ sort: 'title' }),
      expect.anything(),
    );
    await userEvent.click(heading);
    await waitFor(() =>
      expect(api.listPipelines).toHaveBeenLastCalledWith(
        expect.objectContaining({ sort: 'lastRun' }),
        expect.anything(),
      ),
    );
    expect(heading.closest('th')).toHaveAttribute('aria-sort', 'descending');
  });

  it('leads to the templates when there is nothing yet', async () => {
    setUp([]);
    expect(
      await screen.findByText('No model pipelines yet'),
    ).toBeInTheDocument();
    expect(
      screen.getAllByRole('button', { name: 'Create a model project' })[0],
    ).toHaveAttribute('href', '/create');
  });
});
