import { SharingCatalogClient } from './SharingCatalogClient';

interface Question {
  entityRefs: string[];
  fields?: string[];
}

const ref = (name: string) => `component:default/${name}`;

describe('SharingCatalogClient', () => {
  let asked: Question[];
  let paths: string[];
  let client: SharingCatalogClient;
  let status: number;

  beforeEach(() => {
    jest.useFakeTimers();
    asked = [];
    paths = [];
    status = 200;
    client = new SharingCatalogClient({
      discoveryApi: { getBaseUrl: async () => 'http://portal/api/catalog' },
      fetchApi: {
        fetch: async (url, init) => {
          paths.push(new URL(String(url)).pathname);
          const question = JSON.parse(String(init?.body ?? '{}'));
          asked.push(question);
          const items = question.entityRefs?.map((name: string) =>
            name === ref('gone') ? null : { metadata: { name } },
          );
          return new Response(JSON.stringify({ items }), { status });
        },
      },
    });
  });

  afterEach(() => jest.useRealTimers());

  const namesOf = async (request: Question) => {
    const { items } = await client.getEntitiesByRefs(request);
    return items.map(item => item?.metadata.name);
  };

  const answers = async <T>(...questions: Promise<T>[]) => {
    await jest.advanceTimersByTimeAsync(10);
    return Promise.all(questions);
  };

  it('makes one request of what is asked at the same time, and answers each in its own order', async () => {
    await expect(
      answers(
        namesOf({ entityRefs: [ref('b'), ref('a')], fields: ['kind'] }),
        namesOf({ entityRefs: [ref('gone'), ref('b')], fields: ['metadata'] }),
      ),
    ).resolves.toEqual([
      [ref('b'), ref('a')],
      [undefined, ref('b')],
    ]);
    expect(asked).toEqual([
      {
        entityRefs: [ref('b'), ref('a'), ref('gone')],
        fields: ['kind', 'metadata'],
      },
    ]);
  });

  it('asks for whole entities where one card needs them whole', async () => {
    await answers(
      namesOf({ entityRefs: [ref('a')] }),
      namesOf({ entityRefs: [ref('b')], fields: ['kind'] }),
    );
    expect(asked).toEqual([{ entityRefs: [ref('a'), ref('b')] }]);
  });

  it('repeats no question while a page loads, and asks anew after it', async () => {
    const question = { entityRefs: [ref('a')], fields: ['kind'] };
    await answers(namesOf(question));
    await answers(namesOf(question));
    expect(asked).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(2_000);
    await answers(namesOf(question));
    expect(asked).toHaveLength(2);
  });

  it('shares the ancestry', async () => {
    await Promise.all([
      client.getEntityAncestors({ entityRef: ref('a') }),
      client.getEntityAncestors({ entityRef: ref('a') }),
      client.getEntityAncestors({ entityRef: ref('b') }),
    ]);
    expect(paths).toEqual([
      '/api/catalog/entities/by-name/component/default/a/ancestry',
      '/api/catalog/entities/by-name/component/default/b/ancestry',
    ]);
  });

  it('asks again after an error, which everybody who asked is told', async () => {
    status = 503;
    const question = { entityRefs: [ref('a')], fields: ['kind'] };
    const failing = [
      namesOf(question),
      namesOf({ entityRefs: [ref('b')], fields: ['kind'] }),
    ].map(answer => expect(answer).rejects.toThrow('503'));
    await answers(...failing);
    status = 200;
    await expect(answers(namesOf(question))).resolves.toEqual([[ref('a')]]);
  });
});
