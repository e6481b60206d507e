import { screen } from '@testing-library/react';
import { BLOCKED, request } from '../../__testUtils__/pullRequests';
import { renderPage } from '../../__testUtils__/renderPage';

// In a file of its own: what a user may do is remembered from one test of a file to the next.
describe('PullRequestPage', () => {
  it('says in Chinese what is in the way, and offers nothing to whom may not merge past it', async () => {
    const shown = request({ protection: BLOCKED });
    renderPage({
      path: '/repositories/house-price/pull-requests/7',
      api: { getPullRequest: async () => shown },
      language: 'zh',
      denied: ['model-ci-git.repository.bypass'],
    });
    expect(await screen.findByText(/a 的运行 5 未成功（失败）/)).toBeVisible();
    expect(screen.getByRole('button', { name: '合并' })).toBeDisabled();
    expect(screen.queryByRole('button', { name: '仍然合并…' })).toBeNull();
  });
});
