import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { Knex } from 'knex';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import {
  PipelineService,
  type PipelineFacts,
  type PipelineServiceOptions,
} from './PipelineService';

const databases = createTestDatabases();

function createEntity(
  name: string,
  changes: { title?: string; owner?: string; source?: string } = {},
): Entity {
  return {
    apiVersion: 'model-ci.dev/v1alpha1',
    kind: 'ModelPipeline',
    metadata: {
      name,
      title: changes.title,
      description: `About ${name}`,
      annotations: {
        'backstage.io/managed-by-location': `${
          changes.source ?? `url:https://git.example/${name}.git/raw/main/`
        }catalog-info.yaml`,
      },
    },
    spec: {
      type: 'training',
      lifecycle: 'experimental',
      owner: changes.owner ?? 'group:default/ml',
      model: name,
      definition: {
        version: 1,
        stages: { train: { run: 'true', image: 'busybox' } },
      },
    },
  };
}

function createService(
  db: Knex,
  entities: Entity[],
  facts: Partial<PipelineFacts & Pick<PipelineServiceOptions, 'owners'>> = {},
) {
  const catalog = catalogServiceMock.mock();
  let current = entities;
  const fake = () => catalogServiceMock({ entities: current });
  catalog.streamEntities.mockImplementation((...args) =>
    fake().streamEntities(...args),
  );
  catalog.getEntityByRef.mockImplementation((...args) =>
    fake().getEntityByRef(...args),
  );
  const none = async () => new Map();
  const service = new PipelineService({
    db,
    catalog,
    auth: mockServices.auth(),
    logger: mockServices.logger.mock(),
    source: { findDefaultBranch: () => 'main' },
    integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
    owners: { refusal: async () => undefined },
    runs: { latest: none, recent: none },
    versions: { latest: none },
    deployments: { deployed: none },
    ...facts,
  });
  return {
    service,
    catalog,
    setEntities(next: Entity[]) {
      current = next;
    },
  };
}

async function insertRun(
  db: Knex,
  run: { pipelineRef: string; number: number; status: string },
) {
  const at = '2026-01-01T00:00:00.000Z';
  const ended = !['queued', 'running'].includes(run.status);
  await db('runs').insert({
    id: `${run.pipelineRef.slice(-12)}-${run.number}`,
    pipeline_ref: run.pipelineRef,
    number: run.number,
    status: run.status,
    trigger: 'manual',
    source_url: 'https://git.example/',
    created_by: 'user:default/guest',
    created_at: at,
    started_at: at,
    ...(ended && { finished_at: at }),
  });
}

const refs = (page: { items: Array<{ pipelineRef: string }> }) =>
  page.items.map(({ pipelineRef }) => pipelineRef.split('/')[1]);

describe.each(databases.ids)('PipelineService on %s', id => {
  afterEach(() => jest.restoreAllMocks());

  it('mirrors the catalog, and keeps what was removed out of lists', async () => {
    const db = await databases.init(id);
    const { service, setEntities } = createService(db, [
      createEntity('a', { title: 'Alpha' }),
      createEntity('b'),
    ]);
    await service.sync();
    expect(await service.list({ limit: 10 })).toEqual({
      items: [
        expect.objectContaining({
          pipelineRef: 'modelpipeline:default/a',
          title: 'Alpha',
          description: 'About a',
          type: 'training',
          lifecycle: 'experimental',
          owner: 'group:default/ml',
          modelRef: 'component:default/a',
          recentRuns: [],
          latestMetrics: [],
          deployed: [],
        }),
        expect.objectContaining({ title: 'b' }),
      ],
    });

    setEntities([createEntity('b', { title: 'Beta' })]);
    await service.sync();
    expect(refs(await service.list({ limit: 10 }))).toEqual(['b']);
    expect(await service.find('modelpipeline:default/a')).toBeUndefined();
    // Its runs can still be looked at, by whom its owner allows to.
    expect(await service.findAll(['modelpipeline:default/a'])).toMatchObject([
      { owner_ref: 'group:default/ml' },
    ]);

    setEntities([createEntity('a'), createEntity('b')]);
    await service.sync();
    expect(refs(await service.list({ limit: 10 }))).toEqual(['a', 'b']);
  });

  it('keeps everything when the catalog breaks off', async () => {
    const db = await databases.init(id);
    const { service, catalog } = createService(db, [createEntity('a')]);
    await service.sync();
    catalog.streamEntities.mockImplementation(async function* fail() {
      throw new Error('unreachable');
    });
    await expect(service.sync()).rejects.toThrow('unreachable');
    expect(refs(await service.list({ limit: 10 }))).toEqual(['a']);
  });

  it('asks the catalog for a pipeline that it does not know yet', async () => {
    const db = await databases.init(id);
    const { service, catalog } = createService(db, [createEntity('a')]);
    expect(await service.find('modelpipeline:default/a')).toMatchObject({
      source_url: 'https://git.example/a.git/raw/main/',
    });
    await service.find('modelpipeline:default/a');
    expect(catalog.getEntityByRef).toHaveBeenCalledTimes(1);
    expect(await service.find('modelpipeline:default/none')).toBeUndefined();
    expect(await service.find('component:default/a')).toBeUndefined();
  });

  it('answers undefined for refs that are none, as the permission system may ask for anything', async () => {
    const db = await databases.init(id);
    const { service } = createService(db, [createEntity('a')]);
    expect(
      await service.findAll(['', ':::', 'modelpipeline:default/a', 'x\0y']),
    ).toEqual([
      undefined,
      undefined,
      expect.objectContaining({ title: 'a' }),
      undefined,
    ]);
  });

  it('pages through a list in its order without losing or repeating any', async () => {
    const db = await databases.init(id);
    const names = ['e', 'b', 'd', 'a', 'c'];
    const { service } = createService(
      db,
      names.map((name, index) =>
        createEntity(name, { title: index < 3 ? 'Same' : name }),
      ),
    );
    await service.sync();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.list({ limit: 2, cursor });
      seen.push(...refs(page));
      cursor = page.nextCursor;
    } while (cursor);
    expect([...seen].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(seen).toEqual(refs(await service.list({ limit: 10 })));
    await expect(
      service.list({ limit: 2, cursor: 'nonsense' }),
    ).rejects.toThrow(/'cursor'/);
  });

  it('filters by owner, by text and by the status of the latest run alone', async () => {
    const db = await databases.init(id);
    const { service } = createService(db, [
      createEntity('a', { title: '100% sure', owner: 'user:default/ann' }),
      createEntity('b', { title: 'House_price' }),
      createEntity('c', { title: 'HouseXprice' }),
    ]);
    await service.sync();
    const filter = async (
      query: Omit<Parameters<PipelineService['list']>[0], 'limit'>,
    ) => refs(await service.list({ ...query, limit: 10 }));

    expect(await filter({ ownerRefs: ['user:default/ann'] })).toEqual(['a']);
    expect(await filter({ ownerRefs: [] })).toEqual([]);
    expect(await filter({ q: 'house_' })).toEqual(['b']);
    expect(await filter({ q: '0%' })).toEqual(['a']);
    expect(await filter({ q: 'default/c' })).toEqual(['c']);

    const b = 'modelpipeline:default/b';
    await insertRun(db, { pipelineRef: b, number: 1, status: 'failed' });
    await insertRun(db, { pipelineRef: b, number: 2, status: 'succeeded' });
    expect(await filter({ statuses: ['failed'] })).toEqual([]);
    expect(await filter({ statuses: ['failed', 'succeeded'] })).toEqual(['b']);
  });

  it('puts together what is known of a page with one call each', async () => {
    const db = await databases.init(id);
    const a = 'modelpipeline:default/a';
    const latest = jest.fn(
      async () =>
        new Map([
          [
            a,
            { version: 3, createdAt: '2026-01-01T00:00:00.000Z', metrics: [] },
          ],
        ]),
    );
    const deployed = jest.fn(async () => new Map());
    const { service } = createService(
      db,
      [createEntity('a'), createEntity('b')],
      { versions: { latest }, deployments: { deployed } },
    );
    await service.sync();
    const { items } = await service.list({ limit: 10 });
    expect(items[0].latestVersion).toEqual({
      version: 3,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    expect(items[1]).not.toHaveProperty('latestVersion');
    expect(latest).toHaveBeenCalledTimes(1);
    expect(deployed).toHaveBeenCalledTimes(1);
  });

  it('shows the definition, or everything that is wrong with it', async () => {
    const db = await databases.init(id);
    const right = createEntity('a');
    const wrong = createEntity('b');
    wrong.spec = { ...wrong.spec, definition: { version: 1, stagez: {} } };
    const { service } = createService(db, [right, wrong]);
    expect(await service.get('modelpipeline:default/a')).toMatchObject({
      definition: { stages: { train: { image: 'busybox' } } },
      definitionErrors: [],
      sourceUrl: 'https://git.example/a.git/raw/main/',
      defaultBranch: 'main',
    });
    const { definitionErrors, definition } = await service.get(
      'modelpipeline:default/b',
    );
    expect(definition).toBeUndefined();
    expect(definitionErrors).toContainEqual(
      expect.objectContaining({ path: 'stagez' }),
    );
    await expect(service.get('modelpipeline:default/c')).rejects.toThrow(
      /The catalog has no ModelPipeline/,
    );
  });

  it('says of a definition that was stored and cannot be read that it cannot', async () => {
    const db = await databases.init(id);
    const { service } = createService(db, [createEntity('a')]);
    await service.get('modelpipeline:default/a');
    await db('pipelines').update('definition', '{"version":');
    expect(await service.get('modelpipeline:default/a')).toMatchObject({
      definitionErrors: [{ reason: { code: 'definition.unreadable' } }],
    });
  });

  it('leaves out an entity that is no pipeline, and reads the others', async () => {
    const db = await databases.init(id);
    const broken = createEntity('broken');
    broken.spec = { type: 'training' };
    const { service } = createService(db, [broken, createEntity('a')]);
    await service.sync();
    expect(refs(await service.list({ limit: 10 }))).toEqual(['a']);
    expect(await service.find('modelpipeline:default/broken')).toBeUndefined();
  });

  it('finds pipelines by exactly the repository that they were read from', async () => {
    const db = await databases.init(id);
    const { service } = createService(db, [
      createEntity('a', { source: 'url:https://git.example/a.git/raw/main/' }),
      createEntity('b', { source: 'url:https://git.example/A.git/raw/main/' }),
      createEntity('c', { source: 'file:/srv/c/' }),
    ]);
    await service.sync();
    expect(
      (await service.bySource('https://git.example/a.git/')).map(
        ({ ref }) => ref,
      ),
    ).toEqual(['modelpipeline:default/a']);
    expect(await service.bySource('https://git.example/_.git/')).toEqual([]);
    expect(await service.find('modelpipeline:default/c')).toMatchObject({
      source_url: null,
    });
  });

  describe('what is kept under a name', () => {
    const ref = 'modelpipeline:default/a';
    const mine = createEntity('a', { owner: 'group:default/ml' });
    const foreign = createEntity('a', {
      owner: 'group:default/risk',
      source: 'url:https://git.example/other.git/raw/main/',
    });

    async function createUsed(facts: Partial<PipelineFacts> = {}) {
      const db = await databases.init(id);
      const fixture = createService(db, [mine], facts);
      await fixture.service.sync();
      await insertRun(db, { pipelineRef: ref, number: 1, status: 'succeeded' });
      return { db, ...fixture };
    }

    it('stays with its source when an entity of that name comes from another one', async () => {
      const { service, setEntities } = await createUsed();
      setEntities([]);
      await service.sync();
      setEntities([foreign]);
      await service.sync();
      expect(await service.findAll([ref])).toMatchObject([
        { owner_ref: 'group:default/ml' },
      ]);
      expect(refs(await service.list({ limit: 10 }))).toEqual([]);
      expect(await service.get(ref)).toMatchObject({
        owner: 'group:default/ml',
        sourceProblem: {
          code: 'error.claimed',
          parameters: { source: 'https://git.example/other.git/raw/main/' },
        },
      });
      await expect(service.demandRunnable(ref)).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('takes the name over'),
      });
    });

    it('is not handed over although the mirror never saw the name free, nor by asking for one pipeline', async () => {
      const { service, setEntities } = await createUsed();
      setEntities([foreign]);
      expect(await service.syncOne(ref)).toBeUndefined();
      expect(await service.findAll([ref])).toMatchObject([
        { owner_ref: 'group:default/ml' },
      ]);
    });

    it('is not handed over to an entity without a source', async () => {
      const { service, setEntities } = await createUsed();
      setEntities([
        createEntity('a', {
          owner: 'group:default/risk',
          source: 'file:/srv/',
        }),
      ]);
      await service.sync();
      expect(await service.findAll([ref])).toMatchObject([
        { owner_ref: 'group:default/ml' },
      ]);
    });

    it('is there again with its old source, on whatever branch', async () => {
      const { service, setEntities } = await createUsed();
      setEntities([foreign]);
      await service.sync();
      setEntities([mine]);
      await service.sync();
      expect(await service.demandRunnable(ref)).toMatchObject({
        owner_ref: 'group:default/ml',
      });
      expect((await service.get(ref)).sourceProblem).toBeUndefined();
      expect(await service.claimOf(ref)).toBeUndefined();
    });

    it('waits as it was when the other one is gone, too', async () => {
      const { service, setEntities } = await createUsed();
      setEntities([foreign]);
      await service.sync();
      setEntities([]);
      await service.sync();
      expect(await service.claimOf(ref)).toBeUndefined();
      await expect(service.demandRunnable(ref)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    it('is told from an earlier reading in the same millisecond', async () => {
      jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
      const { service, setEntities } = await createUsed();
      setEntities([foreign]);
      await service.sync();
      setEntities([]);
      await service.sync();
      expect(await service.claimOf(ref)).toBeUndefined();
    });

    it('is given to the other source by a takeover, which is kept with its reason', async () => {
      const { db, service, setEntities } = await createUsed();
      const takeover = { by: 'user:default/root', reason: 'the team moved' };
      await expect(service.takeOver(ref, takeover)).rejects.toMatchObject({
        name: 'ConflictError',
      });
      setEntities([foreign]);
      expect(await service.takeOver(ref, takeover)).toMatchObject({
        owner: 'group:default/risk',
        sourceUrl: 'https://git.example/other.git/raw/main/',
      });
      expect(await service.demandRunnable(ref)).toBeDefined();
      expect(await db('pipeline_takeovers')).toEqual([
        expect.objectContaining({
          pipeline_ref: ref,
          from_source: 'https://git.example/a.git/raw/main/',
          to_source: 'https://git.example/other.git/raw/main/',
          taken_by: 'user:default/root',
          reason: 'the team moved',
        }),
      ]);
      // What the old source says no longer counts.
      setEntities([mine]);
      await service.sync();
      expect(await service.claimOf(ref)).toMatchObject({
        owner: 'group:default/ml',
      });
    });

    it("is nobody's while there was no run", async () => {
      const db = await databases.init(id);
      const { service, setEntities } = createService(db, [mine]);
      await service.sync();
      setEntities([foreign]);
      await service.sync();
      expect(await service.demandRunnable(ref)).toMatchObject({
        owner_ref: 'group:default/risk',
      });
    });

    it('of a database from before belongs to the source that it has', async () => {
      const { db, service, setEntities } = await createUsed();
      await db('pipelines').update({ source_identity: null });
      setEntities([foreign]);
      await service.sync();
      expect(await service.claimOf(ref)).toBeDefined();
      setEntities([mine]);
      await service.sync();
      expect(await service.demandRunnable(ref)).toBeDefined();
    });
  });

  it('runs nothing that the catalog no longer has, although the mirror does not know yet', async () => {
    const db = await databases.init(id);
    const { service, setEntities } = createService(db, [createEntity('a')]);
    await service.sync();
    setEntities([]);
    await expect(
      service.demandRunnable('modelpipeline:default/a'),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(refs(await service.list({ limit: 10 }))).toEqual([]);
  });

  it('runs nothing while the catalog does not answer', async () => {
    const db = await databases.init(id);
    const { service, catalog } = createService(db, [createEntity('a')]);
    await service.sync();
    catalog.getEntityByRef.mockRejectedValueOnce(new Error('away'));
    await expect(
      service.demandRunnable('modelpipeline:default/a'),
    ).rejects.toThrow('away');
  });

  it('runs nothing for an owner whom the repository is closed to, and says so', async () => {
    const db = await databases.init(id);
    const { service } = createService(db, [createEntity('a')], {
      owners: {
        refusal: async (_, owner) => quoted(`${owner} does not own it`),
      },
    });
    const sourceProblem =
      "'modelpipeline:default/a' has no source to run: group:default/ml does not own it";
    await expect(
      service.demandRunnable('modelpipeline:default/a'),
    ).rejects.toMatchObject({ name: 'ConflictError', message: sourceProblem });
    expect(await service.get('modelpipeline:default/a')).toMatchObject({
      sourceProblem: { code: 'error.noSource', text: sourceProblem },
    });
  });
});
