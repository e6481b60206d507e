import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import {
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen } from '@testing-library/react';
import { modelCiApiRef } from './api';
import {
  EntityModelRunsContent,
  isModelPipelineAvailable,
  modelCiPlugin,
} from './legacy';
import { ModelCiPage } from './components/ModelCiPage';
import { rootRouteRef } from './routes';
import { pipeline, runSummary } from './__testUtils__/fixtures';

const mountedRoutes = {
  '/model-ci': rootRouteRef,
  '/catalog/:namespace/:kind/:name': entityRouteRef,
};
const api = {
  listPipelines: async () => ({ items: [pipeline()] }),
  getPipeline: async () => pipeline(),
  listRuns: async () => ({ items: [runSummary()] }),
};

function provide(element: JSX.Element) {
  return (
    <TestApiProvider
      apis={[
        [modelCiApiRef, api],
        [catalogApiRef, { getEntityFacets: async () => ({ facets: {} }) }],
        [permissionApiRef, mockApis.permission()],
      ]}
    >
      {element}
    </TestApiProvider>
  );
}

describe('the plugin in the old frontend system', () => {
  it('draws its pages with the header of that system', async () => {
    await renderInTestApp(provide(<ModelCiPage />), { mountedRoutes });
    expect(await screen.findByText('House price')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { name: 'Model pipelines' }),
    ).toBeInTheDocument();
    expect(screen.getByTestId('header-tab-1')).toHaveTextContent('Runs');
    expect(screen.getByTestId('header-tab-2')).toHaveTextContent('Nodes');
  });

  it('adds its tabs to entity pages', async () => {
    const entity = {
      apiVersion: 'model-ci.dev/v1alpha1',
      kind: 'ModelPipeline',
      metadata: { name: 'house-price' },
    };
    expect(isModelPipelineAvailable(entity)).toBe(true);
    await renderInTestApp(
      provide(
        <EntityProvider entity={entity}>
          <EntityModelRunsContent />
        </EntityProvider>,
      ),
      { mountedRoutes },
    );
    expect(
      await screen.findByText('#7', {}, { timeout: 10_000 }),
    ).toHaveAttribute('href', '/model-ci/runs/run-7');
  });

  it('offers its API and its routes', () => {
    expect([...modelCiPlugin.getApis()].map(({ api: ref }) => ref.id)).toEqual([
      modelCiApiRef.id,
    ]);
    expect(Object.keys(modelCiPlugin.routes)).toEqual([
      'root',
      'runs',
      'run',
      'version',
      'nodes',
      'import',
      'register',
    ]);
  });
});
