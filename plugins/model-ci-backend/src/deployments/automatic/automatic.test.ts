import { NotAllowedError, NotImplementedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../../database/testDatabase';
import { insertDeployDecision } from '../../database/operations/deployments/deployDecisions';
import { actorOf, ALICE, Fixture, PIPELINE } from '../testing/createFixture';
import { createRightFinder } from './createRightFinder';

const databases = createTestDatabases();
const deploy = {
  path: ['staging', 'production'],
  automatic: ['moon', 'staging'],
};

describe.each(databases.ids)('automatic deployments on %s', databaseId => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(() => fixture.close());

  it('are made where the definition says so, once, and recorded', async () => {
    const id = await fixture.registerVersion(1, { deploy });
    const { deployAutomatically } = fixture.replica();
    const run = { id, pipelineRef: PIPELINE };
    expect(await deployAutomatically(run)).toEqual([
      expect.objectContaining({
        version: 1,
        environment: 'staging',
        trigger: 'automatic',
        createdBy: ALICE,
      }),
    ]);
    expect(await deployAutomatically(run)).toEqual([]);
    expect(
      await deployAutomatically({ id: 'other', pipelineRef: PIPELINE }),
    ).toEqual([]);
    expect(fixture.audit).toEqual([
      {
        meta: expect.objectContaining({
          environment: 'staging',
          runId: id,
          by: ALICE,
        }),
        outcome: 'success',
      },
    ]);
  });

  it('bring no earlier version after a later one', async () => {
    const late = await fixture.registerVersion(1, { deploy });
    const early = await fixture.registerVersion(2, { deploy });
    const { deployAutomatically } = fixture.replica();
    const announce = (id: string) =>
      deployAutomatically({ id, pipelineRef: PIPELINE });
    expect(await announce(early)).toHaveLength(1);
    expect(await announce(late)).toEqual([]);
  });

  it('are refused to who may not deploy, where people see it, once', async () => {
    const id = await fixture.registerVersion(1, { deploy });
    fixture.right = {
      type: 'refused',
      reason: quoted('alice may not deploy'),
    };
    const { deployAutomatically, service } = fixture.replica();
    const run = { id, pipelineRef: PIPELINE };
    expect(await deployAutomatically(run)).toEqual([]);
    expect(await deployAutomatically(run)).toEqual([]);

    const { items } = await service.list({ limit: 9 });
    expect(items).toEqual([
      expect.objectContaining({
        status: 'failed',
        trigger: 'automatic',
        environment: 'staging',
        reason: quoted('alice may not deploy'),
        createdBy: ALICE,
      }),
    ]);
    expect((await service.get(items[0].id)).history).toEqual([
      expect.objectContaining({
        to: 'failed',
        reason: quoted('alice may not deploy'),
      }),
    ]);
    expect(fixture.audit).toEqual([
      { meta: expect.objectContaining({ by: ALICE }), outcome: 'failure' },
    ]);
  });

  it('are refused by what protects the environment', async () => {
    const id = await fixture.registerVersion(1, { deploy });
    const { deployAutomatically, service } = fixture.replica({
      environments: [
        {
          name: 'staging',
          executor: 'process',
          protection: { deployers: ['group:default/release'] },
        },
      ],
    });
    expect(await deployAutomatically({ id, pipelineRef: PIPELINE })).toEqual(
      [],
    );
    expect((await service.list({ limit: 9 })).items).toEqual([
      expect.objectContaining({
        status: 'failed',
        reason: expect.objectContaining({
          text: expect.stringContaining(
            `${ALICE} may not deploy to staging: its protection`,
          ),
        }),
      }),
    ]);
  });

  it('are decided again later where it cannot be known now', async () => {
    const id = await fixture.registerVersion(1, { deploy });
    const { deployAutomatically } = fixture.replica();
    Object.defineProperty(fixture, 'right', {
      get: () => {
        throw new Error('nobody answers');
      },
      configurable: true,
    });
    const run = { id, pipelineRef: PIPELINE };
    await expect(deployAutomatically(run)).rejects.toThrow('nobody answers');
    Object.defineProperty(fixture, 'right', {
      value: { type: 'allowed', actor: actorOf(ALICE) },
    });
    expect(await deployAutomatically(run)).toHaveLength(1);
  });

  describe('act for whoever', () => {
    const credentials = { $$type: '@backstage/BackstageCredentials' as const };
    let result: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
    const finder = (missing?: Error) =>
      createRightFinder({
        db: fixture.db,
        permissions: {
          authorize: async requests => requests.map(() => ({ result })),
          authorizeConditional: async () => [],
        },
        userInfo: {
          getUserInfo: async () => ({
            userEntityRef: ALICE,
            ownershipEntityRefs: [ALICE, 'group:default/ml'],
          }),
        },
        asUser: async () => {
          if (missing) {
            throw missing;
          }
          return { ...credentials, principal: {} };
        },
      });

    it('started the run, as it was decided then', async () => {
      const id = await fixture.registerVersion(1);
      const run = { id, pipelineRef: PIPELINE, createdBy: ALICE };
      await insertDeployDecision(fixture.db, {
        runId: id,
        userRef: ALICE,
        allowed: true,
        entityRefs: [ALICE, 'group:default/ml'],
        at: '2026-01-01T00:00:00.000Z',
      });
      // Asked for again, the run is the same and so is the decision.
      await insertDeployDecision(fixture.db, {
        runId: id,
        userRef: ALICE,
        allowed: false,
        entityRefs: [],
        at: '2026-01-01T00:00:00.000Z',
      });
      const right = await finder(new Error('not asked'))(run);
      expect(right).toMatchObject({ type: 'allowed', actor: { ref: ALICE } });
      expect(
        right.type === 'allowed' && (await right.actor.entityRefs()),
      ).toEqual([ALICE, 'group:default/ml']);
    });

    it('pushed, as the policy decides now', async () => {
      const id = await fixture.registerVersion(1);
      const run = { id, pipelineRef: PIPELINE, createdBy: ALICE };
      result = AuthorizeResult.ALLOW;
      const right = await finder()(run);
      expect(
        right.type === 'allowed' && (await right.actor.entityRefs()),
      ).toEqual([ALICE, 'group:default/ml']);
      result = AuthorizeResult.DENY;
      expect(await finder()(run)).toMatchObject({
        type: 'refused',
        reason: expect.objectContaining({
          text: expect.stringContaining(
            "lacks the permission 'model-ci.pipeline.deploy'",
          ),
        }),
      });
    });

    it('nobody can ask for, and then not at all', async () => {
      const id = await fixture.registerVersion(1);
      result = AuthorizeResult.ALLOW;
      const run = { id, pipelineRef: PIPELINE, createdBy: ALICE };
      for (const missing of [
        new NotImplementedError('install the module'),
        new NotAllowedError('There is no such user'),
      ]) {
        expect(await finder(missing)(run)).toEqual({
          type: 'refused',
          reason: expect.objectContaining({
            text: `Whether ${ALICE}, who pushed, may deploy cannot be determined: ${missing.message}. Until then, deploy the version by hand`,
          }),
        });
      }
      await expect(finder(new Error('away'))(run)).rejects.toThrow('away');
    });
  });
});
