import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderPage, repository } from '../../__testUtils__/renderPage';

const house = repository('house-price', { description: 'Prices of houses' });

describe('RepositoriesPage', () => {
  it('shows each repository with its owner, entity and clone URL', async () => {
    const listRepositories = jest.fn(async () => ({
      items: [house, repository('other')],
    }));
    renderPage({
      api: { listRepositories },
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: {
            name: 'house',
            namespace: 'default',
            annotations: {
              'backstage.io/managed-by-location': `url:${house.rawUrl}catalog-info.yaml`,
            },
          },
        },
      ],
    });
    const link = await screen.findByRole('link', { name: 'house-price' });
    expect(link).toHaveAttribute('href', '/repositories/house-price');
    const row = link.closest('tr')!;
    expect(within(row).getByText('Prices of houses')).toBeVisible();
    expect(within(row).getByText(house.cloneUrl)).toBeVisible();
    expect(within(row).getByRole('link', { name: /ml/ })).toHaveAttribute(
      'href',
      '/catalog/default/group/ml',
    );
    expect(
      await within(row).findByRole('link', { name: /^house$/ }),
    ).toHaveAttribute('href', '/catalog/default/component/house');
    const user = userEvent.setup();
    await user.click(
      screen.getByRole('button', {
        name: 'Copy clone URL of house-price',
      }),
    );
    expect(listRepositories).toHaveBeenCalledTimes(1);
  });

  it('searches on the server and keeps the search in the URL', async () => {
    const listRepositories = jest.fn(async ({ q }: { q?: string } = {}) => ({
      items: q === 'none' ? [] : [house],
    }));
    renderPage({ api: { listRepositories }, path: '/?cursor=c2' });
    await screen.findByText('house-price');
    expect(listRepositories).toHaveBeenCalledWith(
      expect.objectContaining({ cursor: 'c2' }),
    );
    await userEvent.type(
      screen.getByLabelText('Search by name or description'),
      'none',
    );
    expect(await screen.findByText('No matching repositories')).toBeVisible();
    expect(screen.getByTestId('location')).toHaveTextContent('/?q=none');
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear search' })[0],
    );
    expect(await screen.findByText('house-price')).toBeVisible();
  });

  it('goes to the next page and back to the first', async () => {
    const listRepositories = jest.fn(
      async ({ cursor }: { cursor?: string } = {}) =>
        cursor
          ? { items: [repository('second')] }
          : { items: [house], nextCursor: 'c2' },
    );
    renderPage({ api: { listRepositories } });
    await screen.findByText('house-price');
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('second')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'First page' }));
    expect(await screen.findByText('house-price')).toBeVisible();
  });

  it('says what to do where there is none, and why it failed', async () => {
    const listRepositories = jest
      .fn()
      .mockRejectedValueOnce(new Error('database is away'))
      .mockResolvedValue({ items: [] });
    renderPage({ api: { listRepositories } });
    expect(await screen.findByText('database is away')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('No repositories yet')).toBeVisible();
    await waitFor(() =>
      expect(screen.queryByText('database is away')).not.toBeInTheDocument(),
    );
  });

  it('speaks Chinese', async () => {
    renderPage({
      api: { listRepositories: async () => ({ items: [] }) },
      language: 'zh',
    });
    expect(await screen.findByText('还没有仓库')).toBeVisible();
  });
});
