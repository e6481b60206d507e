import {
  createExtensionTester,
  mockApis,
  renderTestApp,
} from '@backstage/frontend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { appLanguageApiRef } from '@backstage/core-plugin-api/alpha';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { coreExtensionData } from '@backstage/frontend-plugin-api';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import { modelCiApiRef } from './api';
import plugin from './index';

const apis = [
  [modelCiApiRef, { listPipelines: async () => ({ items: [] }) }],
  [catalogApiRef, { getEntityFacets: async () => ({ facets: {} }) }],
  mockApis.permission(),
] as const;

describe('the plugin in the new frontend system', () => {
  it('has a page at /model-ci, with tabs', async () => {
    renderTestApp({
      features: [plugin],
      initialRouteEntries: ['/model-ci'],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      apis,
    });
    expect(
      await screen.findByText(
        'No model pipelines yet',
        {},
        { timeout: 10_000 },
      ),
    ).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Nodes' })).toHaveAttribute(
      'href',
      '/model-ci/nodes',
    );
  });

  it.each([
    ['entity-content:model-ci/runs', '/runs'],
    ['entity-content:model-ci/evaluations', '/evaluations'],
    ['entity-content:model-ci/deployments', '/deployments'],
    ['entity-content:model-ci/settings', '/settings'],
  ] as const)('adds %s to pipelines and models only', (id, path) => {
    const tester = createExtensionTester(plugin.getExtension(id));
    expect(tester.get(coreExtensionData.routePath)).toBe(path);
    const filter = tester.get(EntityContentBlueprint.dataRefs.filterFunction)!;
    expect(filter(entity('ModelPipeline', 'training'))).toBe(true);
    expect(filter(entity('Component', 'ai-model'))).toBe(true);
    expect(filter(entity('Component', 'service'))).toBe(false);
    expect(filter(entity('Resource', 'ai-model'))).toBe(false);
  });
});

describe('the tabs of entities in the new frontend system', () => {
  const tabTitles = (language: string) =>
    (['runs', 'evaluations', 'deployments', 'settings'] as const).map(name =>
      createExtensionTester(
        plugin.getExtension(`entity-content:model-ci/${name}`),
        {
          apis: [[appLanguageApiRef, { getLanguage: () => ({ language }) }]],
        },
      ).get(EntityContentBlueprint.dataRefs.title),
    );

  it('are called in the language that the app starts in', () => {
    expect(tabTitles('zh')).toEqual(['运行', '评估', '部署', '设置']);
    expect(tabTitles('en')).toEqual([
      'Runs',
      'Evaluations',
      'Deployments',
      'Settings',
    ]);
  });

  it('are called in English where the language is unknown', () => {
    expect(tabTitles('fr')).toEqual([
      'Runs',
      'Evaluations',
      'Deployments',
      'Settings',
    ]);
  });
});

function entity(kind: string, type: string): Entity {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: 'x' },
    spec: { type },
  };
}
