import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import { ScmIntegrations } from '@backstage/integration';
import type { Knex } from 'knex';
import { parseReason } from '@model-ci/backstage-plugin-model-ci-common';
import { findPipelinesBySource } from '../../database/operations/pipelines/findPipelinesBySource';
import { mirrorPipelines } from '../../database/operations/pipelines/mirrorPipelines';
import {
  findSourceProblems,
  isMovedTo,
} from '../../database/operations/sources/findSourceStates';
import type { MirroredPipeline } from '../../database/tables/pipelines';
import { createTestDatabases } from '../../database/testDatabase';
import {
  createUrlReader,
  entityFile,
} from '../../http/testing/createUrlReader';
import { createDefinitionReader } from '../../source/definitionReader';
import type { FoundRepository } from '../../source/repositories/RepositoryFinder';
import { UrlSourceReader } from '../../source/UrlSourceReader';
import { SourceChecker } from './SourceChecker';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/house';
const REPOSITORY = 'https://github.com/example/house';
const FILES = {
  'catalog-info.yaml': entityFile('house'),
  'model-pipeline.yaml': 'version: 1\nstages: { train: { run: make } }\n',
};

function row(
  repository = REPOSITORY,
  changes: Partial<MirroredPipeline> = {},
): MirroredPipeline {
  return {
    ref: REF,
    title: 'House',
    description: null,
    type: 'training',
    lifecycle: 'experimental',
    owner_ref: 'group:default/ml',
    model_ref: 'component:default/house',
    source_url: `${repository}/tree/main/`,
    source_identity: `${repository.toLowerCase()} /`,
    source_problem: null,
    entity_url: `${repository}/blob/main/catalog-info.yaml`,
    entity_uid: 'uid',
    definition: null,
    definition_digest: null,
    synced_at: '2026-01-01T00:00:00.000Z',
    removed_at: null,
    ...changes,
  };
}

/** A checker over a code host of the test, and a clock. */
async function setUp(db: Knex) {
  await mirrorPipelines(db, [row()]);
  const host = {
    files: { ...FILES } as Record<string, string>,
    repository: { url: REPOSITORY, defaultBranch: 'main' } as
      | FoundRepository
      | undefined,
    branches: ['main'],
    isAway: false,
    asked: 0,
  };
  const clock = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  const integrations = ScmIntegrations.fromConfig(new ConfigReader({}));
  const reader = {
    readUrl: (url: string) => createUrlReader(host.files).readUrl(url),
  } as ReturnType<typeof createUrlReader>;
  const checker = new SourceChecker({
    db,
    integrations,
    logger: mockServices.logger.mock(),
    now: () => clock.now,
    repositories: {
      async find() {
        host.asked++;
        if (host.isAway) {
          throw new Error('socket hang up');
        }
        if (!host.repository) {
          throw new NotFoundError('none');
        }
        return host.repository;
      },
    },
    source: new UrlSourceReader({
      reader,
      integrations,
      definitions: createDefinitionReader({ reader, integrations }),
      entityUrlOf: async () => row().entity_url ?? undefined,
      finders: [
        {
          async find(_url, ref) {
            if (!host.branches.includes(ref)) {
              throw new NotFoundError('none');
            }
            return { commit: '0'.repeat(40) };
          },
          isOn: async () => undefined,
        },
      ],
      maxBytes: 1,
      maxEntries: 1,
    }),
  });
  return {
    host,
    checker,
    async look(minutes = 61) {
      clock.now += minutes * 60_000;
      await checker.checkDue();
      const [state] = await findSourceProblems(db, [REF]);
      return (
        state && {
          code: parseReason(state.problem ?? '').code,
          text: parseReason(state.problem ?? '').text,
          since: state.since,
        }
      );
    },
  };
}

describe.each(databases.ids)('SourceChecker on %s', id => {
  let db: Knex;

  beforeEach(async () => {
    db = await databases.init(id);
  });

  it('says what is wrong and since when, and nothing once it is mended', async () => {
    const { host, look } = await setUp(db);
    expect(await look()).toBeUndefined();
    host.repository = undefined;
    const gone = await look();
    expect(gone).toMatchObject({
      code: 'sourceState.repositoryGone',
      text: expect.stringContaining(REPOSITORY),
    });
    expect(await look()).toEqual(gone);
    host.repository = { url: REPOSITORY };
    expect(await look()).toMatchObject({ code: 'sourceState.empty' });
    host.repository.defaultBranch = 'main';
    expect(await look()).toBeUndefined();
  });

  it('names the branch, the entity and the definition that are gone, and what is wrong with the definition', async () => {
    const { host, look } = await setUp(db);
    host.repository = { url: REPOSITORY, defaultBranch: 'trunk' };
    host.branches = ['trunk'];
    expect(await look()).toMatchObject({
      code: 'sourceState.branchGone',
      text: expect.stringContaining("register it at 'trunk'"),
    });
    // Whoever registers another branch than the default one may have meant it.
    host.branches = ['trunk', 'main'];
    expect(await look()).toBeUndefined();
    delete host.files['model-pipeline.yaml'];
    expect(await look()).toMatchObject({
      code: 'sourceState.definitionGone',
    });
    delete host.files['catalog-info.yaml'];
    expect(await look()).toMatchObject({ code: 'sourceState.entityGone' });
    Object.assign(host.files, FILES, { 'model-pipeline.yaml': 'version: 2\n' });
    expect(await look()).toMatchObject({
      code: 'sourceState.definitionInvalid',
      text: expect.stringContaining('model-pipeline.yaml:1'),
    });
  });

  it('takes no answer for no news, and asks no more often than it has to', async () => {
    const { host, checker, look } = await setUp(db);
    host.repository = undefined;
    const gone = await look();
    host.isAway = true;
    expect(await look()).toEqual(gone);
    host.isAway = false;
    host.repository = { url: REPOSITORY, defaultBranch: 'main' };
    // What is broken is looked at again soon, what is fine after an hour, or when its host announces something.
    expect(await look(4)).toEqual(gone);
    expect(await look(2)).toBeUndefined();
    const { asked } = host;
    await look(59);
    expect(host.asked).toBe(asked);
    await checker.expectChange(REPOSITORY);
    await look(0);
    expect(host.asked).toBe(asked + 1);
  });

  it('finds a renamed repository by both names, and lets its history go with it', async () => {
    const { host, look } = await setUp(db);
    const to = 'https://github.com/Example/villa';
    await db('runs').insert({
      id: 'run-1',
      pipeline_ref: REF,
      number: 1,
      status: 'succeeded',
      trigger: 'manual',
      source_url: row().source_url,
      created_by: 'user:default/guest',
      created_at: '2026-01-01T00:00:00.000Z',
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:00:00.000Z',
    });
    // Nobody else gets what is kept under the name before the host says so.
    expect(await mirrorPipelines(db, [row(to)])).toEqual(new Set());
    expect(await mirrorPipelines(db, [row()])).toEqual(new Set([REF]));
    host.repository = { url: to, defaultBranch: 'main' };
    expect(await look()).toMatchObject({
      code: 'sourceState.moved',
      text: expect.stringContaining(to),
    });
    const found = await findPipelinesBySource(db, to);
    expect(found.map(({ ref }) => ref)).toEqual([REF]);
    expect(await isMovedTo(db, REF, to)).toBe(true);
    expect(await isMovedTo(db, REF, REPOSITORY)).toBe(false);
    expect(await mirrorPipelines(db, [row(`${to}-2`)])).toEqual(new Set());
    expect(await mirrorPipelines(db, [row(to)])).toEqual(new Set([REF]));
    // Registered anew, it is looked at under its new name at once.
    expect(await look(0)).toBeUndefined();
  });

  it('leaves out pipelines that the catalog no longer has', async () => {
    const { host, look } = await setUp(db);
    await mirrorPipelines(db, [row(REPOSITORY, { removed_at: '2026-01-02' })]);
    await look();
    expect(host.asked).toBe(0);
  });
});
