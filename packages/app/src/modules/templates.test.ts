import type { AppLanguageApi } from '@backstage/frontend-plugin-api';
import type { CatalogApi } from '@backstage/plugin-catalog-react';
import type {
  LogEvent,
  ScaffolderApi,
} from '@backstage/plugin-scaffolder-react';
import { translateCatalog, translateScaffolder } from './templates';

const REF = 'template:default/tiny';
const template = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'tiny', title: 'Tiny model', description: 'Learns' },
  spec: {
    translations: {
      zh: [
        { 'Tiny model': '微型模型', Learns: '会学习', Name: '名称' },
        { 'Write files': '写入文件', 'First run': '首次运行' },
      ],
    },
  },
};
const model = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'm', title: 'Tiny model' },
  spec: {},
};

/** The APIs of an app in a language, and what reached the catalog. */
function inLanguage(language: string) {
  const requests: unknown[] = [];
  const answer = (items: unknown[]) => async (request: unknown) => {
    requests.push(request);
    return { items };
  };
  const behind = {
    getEntities: answer([template, model]),
    getEntitiesByRefs: answer([template, undefined]),
    queryEntities: answer([template]),
    getEntityByRef: async (ref: string) => {
      if (ref !== REF) {
        throw new Error('The catalog does not answer');
      }
      return template;
    },
    getEntityFacets: async () => ({ facets: {} }),
  } as unknown as CatalogApi;
  const events = [
    {
      type: 'completion',
      body: { output: { links: [{ title: 'First run', url: 'Name' }] } },
    },
  ] as unknown as LogEvent[];
  const scaffolder = {
    getTemplateParameterSchema: async () => ({
      title: 'Tiny model',
      steps: [
        { title: 'Name', schema: { properties: { n: { title: 'Name' } } } },
      ],
    }),
    getTask: async () => ({
      spec: {
        templateInfo: { entityRef: REF },
        steps: [{ id: 'a', name: 'Write files', action: 'Name' }],
      },
    }),
    streamLogs: () => ({
      subscribe: (next: (event: LogEvent) => void) => events.forEach(next),
    }),
    cancelTask: async (id: string) => ({ status: id }),
  } as unknown as ScaffolderApi;
  const languageApi = {
    getLanguage: () => ({ language }),
  } as Partial<AppLanguageApi> as AppLanguageApi;
  const catalog = translateCatalog(behind, languageApi);
  return {
    requests,
    catalog,
    scaffolder: translateScaffolder(scaffolder, catalog, languageApi),
  };
}

const titles = (items: Array<{ metadata: { title?: string } } | undefined>) =>
  items.map(item => item?.metadata.title);

describe('Templates in a language that they are translated into', () => {
  it('have its title and description wherever the catalog is read, and no other entity has', async () => {
    const { catalog, requests } = inLanguage('zh');
    const { items } = await catalog.getEntities();
    expect(titles(items)).toEqual(['微型模型', 'Tiny model']);
    expect(items[0].metadata.description).toBe('会学习');
    expect(titles((await catalog.queryEntities()).items)).toEqual(['微型模型']);
    const named = await catalog.getEntityByRef(REF);
    expect(titles([named])).toEqual(['微型模型']);
    const { items: some } = await catalog.getEntitiesByRefs({
      entityRefs: [REF],
      fields: ['kind', 'metadata.title'],
    });
    expect(titles(some)).toEqual(['微型模型', undefined]);
    expect(requests.at(-1)).toMatchObject({
      fields: ['kind', 'metadata.title', 'spec.translations'],
    });
    await expect(catalog.getEntityFacets({ facets: [] })).resolves.toEqual({
      facets: {},
    });
  });

  it('have its form, the steps of their tasks, and the links to what they made', async () => {
    const { scaffolder } = inLanguage('zh');
    await expect(
      scaffolder.getTemplateParameterSchema(REF),
    ).resolves.toMatchObject({
      title: '微型模型',
      steps: [
        { title: '名称', schema: { properties: { n: { title: '名称' } } } },
      ],
    });
    const { spec } = await scaffolder.getTask('1');
    expect(spec.steps).toMatchObject([{ name: '写入文件', action: 'Name' }]);
    const seen: unknown[] = [];
    scaffolder
      .streamLogs({ taskId: '1' })
      .subscribe({ next: event => seen.push(event) });
    expect(seen).toMatchObject([
      { body: { output: { links: [{ title: '首次运行', url: 'Name' }] } } },
    ]);
    await expect(scaffolder.cancelTask('2')).resolves.toEqual({ status: '2' });
  });

  it('stay in English elsewhere, and where the catalog does not answer', async () => {
    const { catalog, scaffolder } = inLanguage('fr');
    expect(titles((await catalog.getEntities()).items)).toEqual([
      'Tiny model',
      'Tiny model',
    ]);
    await expect(
      scaffolder.getTemplateParameterSchema(REF),
    ).resolves.toMatchObject({ title: 'Tiny model' });
    await expect(
      inLanguage('zh').scaffolder.getTemplateParameterSchema('template:x/gone'),
    ).resolves.toMatchObject({ title: 'Tiny model' });
  });
});
