import type { Knex } from 'knex';
import {
  parseStoredDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { PIPELINE, seedRun } from '../../../evaluations/testing/seedRuns';
import { parseGatePlan } from '../../../gates/gatePlan';
import { createTestDatabases } from '../../testDatabase';
import { registerVersion } from '../versions/registerVersion';
import { planStageGates } from './planStageGates';

const AT = '2026-01-01T00:00:00.000Z';
const BY = 'user:default/guest';
const databases = createTestDatabases();

function definitionOf(promote?: { alias: string }): PipelineDefinition {
  const gates = [{ metric: 'accuracy', min: 0.8 }];
  const stages = {
    train: { script: 'true', gates: [] },
    evaluate: { script: 'true', gates },
  };
  return parseStoredDefinition(JSON.stringify({ stages, promote }));
}

describe.each(databases.ids)('planStageGates on %s', databaseId => {
  let db: Knex;

  beforeAll(async () => {
    db = await databases.init(databaseId);
  });

  beforeEach(async () => {
    for (const table of ['aliases', 'model_versions', 'runs']) {
      await db(table).delete();
    }
  });

  const register = async (definition: PipelineDefinition) => {
    const runId = await seedRun(db, { definition });
    return await db.transaction(tx =>
      registerVersion(tx, {
        ...{ runId, pipelineRef: PIPELINE },
        ...{ createdBy: BY, at: AT },
      }),
    );
  };
  const loosenedBy = async (definition: PipelineDefinition) => {
    const plans = await db.transaction(tx =>
      planStageGates(tx, {
        ...{ pipelineRef: PIPELINE, definition },
        environments: [],
      }),
    );
    return Object.fromEntries(
      [...plans].map(([stage, plan]) => [stage, parseGatePlan(plan)?.loosened]),
    );
  };

  it('shows a promotion that is new, another one or none any more with the first stage that has gates', async () => {
    const [champion, candidate] = ['champion', 'candidate'];
    const since = await register(definitionOf({ alias: champion }));
    const shown = async (promote?: { alias: string }) =>
      await loosenedBy(definitionOf(promote));
    const was = { type: 'promote', from: champion, since };
    expect(await shown({ alias: candidate })).toEqual({ evaluate: [was] });
    expect(await shown()).toEqual({ evaluate: [was] });
    expect(await shown({ alias: champion })).toEqual({ evaluate: [] });

    const next = await register(definitionOf());
    expect(await shown({ alias: champion })).toEqual({
      evaluate: [{ type: 'promote', from: undefined, since: next }],
    });
  });
});
