import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  quoted,
  type RepositoryAnalysis,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../__testUtils__/renderPage';
import { RegisterPage } from './RegisterPage';

const REPOSITORY = 'https://github.com/example/risk';
const entity = (name: string, state: object = {}) => ({
  ref: `modelpipeline:default/${name}`,
  file: `${name}/catalog-info.yaml`,
  locationUrl: `${REPOSITORY}/blob/main/${name}/catalog-info.yaml`,
  isRegistered: false,
  isTaken: false,
  ...state,
});
const FOUND: RepositoryAnalysis = {
  repositoryUrl: REPOSITORY,
  branch: 'main',
  entityFiles: [],
  importable: [],
  isTruncated: false,
  pipelines: [
    { file: 'a/model-pipeline.yaml', errors: [], entity: entity('a') },
    { file: 'b/model-pipeline.yaml', errors: [], entity: entity('b') },
    {
      file: 'c/model-pipeline.yaml',
      errors: [
        {
          file: 'c/model-pipeline.yaml',
          line: 7,
          column: 1,
          path: 'stages.train',
          message: 'has no commands',
          reason: quoted('has no commands'),
        },
      ],
      entity: entity('c', { isRegistered: true }),
    },
    {
      file: 'd/model-pipeline.yaml',
      errors: [],
      entity: entity('d', { isTaken: true }),
    },
    {
      file: 'e/model-pipeline.yaml',
      errors: [],
      proposal: {
        name: 'e',
        entityFile: 'e/catalog-info.yaml',
        isAddition: false,
        locationUrl: `${REPOSITORY}/blob/main/e/catalog-info.yaml`,
        editUrl: `${REPOSITORY}/new/main?filename=e`,
      },
    },
  ],
};

async function setUp(found: RepositoryAnalysis, known: string[] = []) {
  const api = { analyzeRepository: jest.fn(async () => found) };
  const catalog = {
    addLocation: jest.fn(async () => ({})),
    queryEntities: jest.fn(async () => ({ items: [] })),
    getEntitiesByRefs: jest.fn(async (query: { entityRefs: string[] }) => ({
      items: query.entityRefs.map(ref =>
        known.includes(ref) ? { kind: 'x' } : undefined,
      ),
    })),
  };
  renderPage(<RegisterPage />, { api, more: [[catalogApiRef, catalog]] });
  await userEvent.type(
    await screen.findByLabelText('URL of the repository'),
    'git@github.com:example/risk.git',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Find pipelines' }));
  expect(await screen.findByText(REPOSITORY)).toBeVisible();
  return { api, catalog };
}

const row = (name: string) =>
  screen.getByText(`${name}/model-pipeline.yaml`).closest('tr')!;

describe('RegisterPage', () => {
  it('registers the pipelines that are chosen, and no other', async () => {
    const { api, catalog } = await setUp(FOUND);
    expect(row('c')).toHaveTextContent('1 error');
    expect(row('c')).toHaveTextContent('Line 7: stages.train has no commands');
    expect(row('c')).toHaveTextContent('Registered');
    expect(row('d')).toHaveTextContent('from elsewhere');
    expect(within(row('d')).queryByRole('checkbox')).not.toBeInTheDocument();
    await userEvent.click(within(row('b')).getByRole('checkbox'));
    await userEvent.click(
      screen.getByRole('button', { name: 'Register 1 pipeline' }),
    );
    expect(await screen.findByText(/Registered in the catalog/)).toBeVisible();
    expect(catalog.addLocation.mock.calls).toEqual([
      [
        {
          type: 'url',
          target: `${REPOSITORY}/blob/main/a/catalog-info.yaml`,
        },
      ],
    ]);
    await waitFor(() =>
      expect(api.analyzeRepository).toHaveBeenLastCalledWith(REPOSITORY),
    );
    // The catalog may not have read it yet.
    expect(row('a')).toHaveTextContent('Registered');
  });

  it('writes the entities that are missing, once there is an owner and a name that is free', async () => {
    await setUp(FOUND, ['component:default/e']);
    const section = screen.getByRole('region', {
      name: 'Describe what the catalog does not know',
    });
    expect(section).not.toHaveTextContent('kind: ModelPipeline');
    await userEvent.type(within(section).getByLabelText('Owner'), 'ml');
    expect(section).toHaveTextContent('owner: ml');
    expect(section).toHaveTextContent('$yaml: ./model-pipeline.yaml');
    expect(
      await within(section).findByText(
        'The catalog has component:default/e already',
      ),
    ).toBeVisible();
    const name = within(section).getByLabelText('Name');
    await userEvent.clear(name);
    await userEvent.type(name, 'fraud-2');
    expect(section).toHaveTextContent('model: component:default/fraud-2');
    await userEvent.type(name, ' {{');
    expect(section).not.toHaveTextContent('kind: ModelPipeline');
    expect(section).toHaveTextContent('lowercase letters');
  });

  it('leads from a repository without a pipeline to the import', async () => {
    await setUp({ ...FOUND, pipelines: [], importable: ['.travis.yml'] });
    expect(screen.getByText(/It has .travis.yml/)).toBeVisible();
    expect(
      screen.getByRole('button', { name: 'Import a pipeline' }),
    ).toHaveAttribute('href', '/model-ci/import');
  });
});
