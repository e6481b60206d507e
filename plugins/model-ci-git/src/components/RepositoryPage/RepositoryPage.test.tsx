import { screen } from '@testing-library/react';
import { renderPage, repository } from '../../__testUtils__/renderPage';

const path = '/repositories/house-price';

describe('RepositoryPage', () => {
  it('shows how to clone, the branches and the latest commits', async () => {
    renderPage({
      path,
      api: {
        getRepository: async name => repository(name),
        listBranches: async () => [
          {
            name: 'main',
            commit: 'a'.repeat(40),
            committedAt: '2026-01-02T03:04:05.000Z',
            isDefault: true,
          },
        ],
        listCommits: async () => ({
          items: [
            {
              commit: 'abcdef0123456789',
              parents: [],
              authorName: 'Ann Example',
              authorEmail: 'ann@example.com',
              committerEmail: 'ann@example.com',
              authoredAt: '2026-01-02T03:04:05.000Z',
              subject: 'Fit the line',
            },
          ],
        }),
      },
    });
    expect(
      await screen.findByText(
        'git clone http://localhost:7007/api/model-ci-git/house-price.git',
      ),
    ).toBeVisible();
    expect(screen.getByText('abcdef01')).toBeVisible();
    expect(screen.getByText('Fit the line')).toBeVisible();
    expect(screen.getByText('default')).toBeVisible();
    expect(
      screen.getByRole('link', { name: 'Create a token' }),
    ).toHaveAttribute('href', '/tokens');
  });

  it('says what to do with an empty repository', async () => {
    const listCommits = jest.fn();
    renderPage({
      path,
      api: {
        getRepository: async name => repository(name),
        listBranches: async () => [],
        listCommits,
      },
    });
    expect(await screen.findByText('This repository is empty')).toBeVisible();
    expect(listCommits).not.toHaveBeenCalled();
  });

  it('says why there is nothing to show', async () => {
    renderPage({
      path,
      api: {
        getRepository: async () => {
          throw new Error('No repository "house-price"');
        },
        listBranches: async () => [],
      },
    });
    expect(
      await screen.findByText('No repository "house-price"'),
    ).toBeVisible();
  });
});
