import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { RunSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { RunsPage } from './RunsPage';

const catalog = {
  getEntityFacets: async () => ({
    facets: {
      'relations.ownedBy': [
        { value: 'group:default/risk', count: 2 },
        { value: 'group:default/ml', count: 1 },
      ],
    },
  }),
};

function setUp(items: RunSummary[], path = '/') {
  const api = { listRuns: jest.fn(async () => ({ items })) };
  renderPage(<RunsPage />, { api, path, more: [[catalogApiRef, catalog]] });
  return api;
}

describe('RunsPage', () => {
  it('shows of which pipeline each run is', async () => {
    setUp([runSummary({ id: 'run-7', number: 7 })]);
    const row = (await screen.findByText('#7')).closest('tr')!;
    expect(within(row).getByText('house-price').closest('a')).toHaveAttribute(
      'href',
      '/catalog/default/modelpipeline/house-price',
    );
  });

  it('takes its filters from the URL, and offers who owns pipelines', async () => {
    const api = setUp([], '/?owner=mine&status=failed&q=house&cursor=old');
    expect(await screen.findByText('No matching runs')).toBeInTheDocument();
    expect(api.listRuns).toHaveBeenLastCalledWith(
      expect.objectContaining({
        owners: ['mine'],
        statuses: ['failed'],
        q: 'house',
        cursor: 'old',
      }),
      expect.anything(),
    );
    const owner = screen.getByLabelText('Owner');
    await waitFor(() =>
      expect(
        within(owner)
          .getAllByRole('option')
          .map(option => option.textContent),
      ).toEqual(['All', 'My teams and I', 'ml', 'risk']),
    );
    await userEvent.selectOptions(owner, 'risk');
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent(
        '?status=failed&q=house&owner=group%3Adefault%2Frisk',
      ),
    );
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear filters' })[0],
    );
    await waitFor(() =>
      expect(screen.getByTestId('location').textContent).toBe('/'),
    );
  });

  it('says that nothing has run yet', async () => {
    setUp([]);
    expect(await screen.findByText('No runs yet')).toBeInTheDocument();
  });
});
