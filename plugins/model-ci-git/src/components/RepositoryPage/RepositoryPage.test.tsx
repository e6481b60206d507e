import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { GitPullRequest } from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage, repository } from '../../__testUtils__/renderPage';

const path = '/repositories/house-price';
const request: GitPullRequest = {
  ...{ number: 7, title: 'Fit the line', state: 'open' },
  ...{ sourceBranch: 'line', targetBranch: 'main' },
  ...{ head: 'a'.repeat(40), targetHead: 'b'.repeat(40) },
  createdBy: 'user:default/ann',
  createdAt: '2026-01-02T03:04:05.000Z',
  updatedAt: '2026-01-02T03:04:05.000Z',
  webUrl: 'http://localhost:3000/git',
};

describe('RepositoryPage', () => {
  it('shows how to clone, the branches and the latest commits', async () => {
    renderPage({
      path,
      api: {
        getRepository: async name => repository(name),
        listPullRequests: async () => ({ items: [] }),
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

  it('lists pull requests, and opens one of the branch that was worked on last', async () => {
    const openPullRequest = jest.fn(async (_: string, input: object) => ({
      ...request,
      ...input,
      number: 8,
    }));
    const branch = (name: string, isDefault: boolean) => ({
      ...{ name, isDefault, commit: 'a'.repeat(40) },
      committedAt: '2026-01-02T03:04:05.000Z',
    });
    renderPage({
      path,
      api: {
        getRepository: async name => repository(name),
        listBranches: async () => [
          branch('curve', false),
          branch('main', true),
        ],
        listCommits: async () => ({ items: [] }),
        listPullRequests: async () => ({ items: [request] }),
        openPullRequest,
        getPullRequest: () => new Promise(() => {}),
      },
    });
    expect(
      await screen.findByRole('link', { name: '#7 Fit the line' }),
    ).toHaveAttribute('href', `${path}/pull-requests/7`);
    await userEvent.click(
      screen.getByRole('button', { name: 'New pull request' }),
    );
    await userEvent.type(screen.getByLabelText(/Title/), 'Fit the curve');
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    expect(openPullRequest).toHaveBeenCalledWith('house-price', {
      title: 'Fit the curve',
      sourceBranch: 'curve',
      targetBranch: 'main',
    });
    expect(await screen.findByTestId('location')).toHaveTextContent(
      `${path}/pull-requests/8`,
    );
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
