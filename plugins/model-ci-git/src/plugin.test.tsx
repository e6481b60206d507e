import { screen } from '@testing-library/react';
import {
  renderWithEffects,
  TestApiProvider,
  wrapInTestApp,
} from '@backstage/test-utils';
import { gitHostApiRef } from './api';
import { GitPage } from './components/GitPage';
import { modelCiGitPlugin as legacyPlugin } from './legacy';
import { modelCiGitPlugin } from './plugin';
import { rootRouteRef } from './routes';

describe('the plugin', () => {
  it('has one id in both frontend systems', () => {
    expect(modelCiGitPlugin.getExtension('page:model-ci-git')).toBeDefined();
    expect(legacyPlugin.getId()).toBe('model-ci-git');
    expect(Object.keys(modelCiGitPlugin.routes)).toEqual(
      Object.keys(legacyPlugin.routes),
    );
  });

  it('draws the header of the old frontend system by itself', async () => {
    await renderWithEffects(
      wrapInTestApp(
        <TestApiProvider
          apis={[
            [gitHostApiRef, { listRepositories: async () => ({ items: [] }) }],
          ]}
        >
          <GitPage />
        </TestApiProvider>,
        { mountedRoutes: { '/': rootRouteRef } },
      ),
    );
    expect(await screen.findByText('No repositories yet')).toBeVisible();
    expect(screen.getByRole('tab', { name: 'Tokens' })).toBeVisible();
  });
});
