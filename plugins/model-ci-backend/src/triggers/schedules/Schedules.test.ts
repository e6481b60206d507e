import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { insertRun } from '../../database/operations/runs/insertRun';
import { mirrorPipelines } from '../../database/operations/pipelines/mirrorPipelines';
import { createTestDatabases } from '../../database/testDatabase';
import type { MirroredPipeline } from '../../database/tables/pipelines';
import type { RunRow } from '../../database/tables/runs';
import type { StartRunInput } from '../../runs/RunService';
import { Schedules } from './Schedules';

const databases = createTestDatabases();
const PIPELINE = 'modelpipeline:default/a';
const BY = 'user:default/ann';

class Fixture {
  now = new Date('2026-11-02T09:00:00.000Z');
  /** What keeps runs from being started, in order. */
  readonly failures: Error[] = [];
  readonly schedules: Schedules;
  readonly started: StartRunInput[] = [];

  constructor(
    readonly db: Knex,
    readonly sourceUrl = 'https://github.com/acme/models/tree/main/',
  ) {
    this.schedules = this.replica();
  }

  replica(): Schedules {
    return new Schedules({
      db: this.db,
      logger: mockServices.logger.mock(),
      now: () => this.now,
      pipelines: {
        demandRunnable: async ref => {
          const failure = this.failures.shift();
          if (failure) {
            throw failure;
          }
          return await this.db('pipelines').where({ ref }).first();
        },
      },
      runs: { start: input => this.#start(input) },
    });
  }

  /** Has the catalog say what the default branch says. */
  async define(schedule: object, more: object = {}, ref = PIPELINE) {
    await this.defineAll({ triggers: { schedule }, ...more }, ref);
  }

  async defineAll(more: object, ref = PIPELINE) {
    const definition = JSON.stringify({
      ...{ version: 1, stages: { train: { run: 'x' } } },
      ...more,
    });
    const row: MirroredPipeline = {
      ...{ ref, title: ref, description: null, type: 't', lifecycle: 'l' },
      ...{ owner_ref: 'group:default/team', model_ref: 'component:default/m' },
      ...{ source_url: this.sourceUrl, source_identity: 'acme/models' },
      ...{ source_problem: null, entity_url: null, entity_uid: null },
      ...{ definition, definition_digest: definition.slice(-64) },
      ...{ synced_at: this.now.toISOString(), removed_at: null },
    };
    await mirrorPipelines(this.db, [row]);
    await this.schedules.check();
  }

  /** Lets time pass, and looks. */
  async at(time: string) {
    this.now = new Date(time);
    await this.schedules.check();
  }

  /** What has started runs, with the time that they are of. */
  async runs(): Promise<string[]> {
    const rows = await this.db<RunRow>('runs').orderBy('number');
    return rows.map(row => `${row.idempotency_key}`.replace('schedule:', ''));
  }

  async first() {
    return (await this.schedules.list(PIPELINE)).items[0];
  }

  async #start(input: StartRunInput) {
    const at = this.now.toISOString();
    const { run } = await insertRun(this.db, { ...input, at });
    this.started.push(input);
    return run;
  }
}

describe.each(databases.ids)('schedules on %s', id => {
  const NIGHTLY = { nightly: { cron: '0 2 * * *' } };
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(id));
  });

  it('start a run of the default branch at their time, which belongs to the owner', async () => {
    await fixture.define({
      nightly: { cron: '0 2 * * *', timezone: 'Europe/Berlin' },
    });
    await fixture.at('2026-11-03T00:59:59.000Z');
    expect(await fixture.runs()).toEqual([]);
    await fixture.at('2026-11-03T01:00:05.000Z');
    expect(await fixture.runs()).toEqual(['nightly 2026-11-03T01:00:00.000Z']);
    expect(fixture.started).toEqual([
      expect.objectContaining({
        pipelineRef: PIPELINE,
        createdBy: 'group:default/team',
        trigger: 'schedule',
        schedule: 'nightly',
        ref: undefined,
      }),
    ]);
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-04T01:00:00.000Z',
      lastAt: '2026-11-03T01:00:00.000Z',
      lastRun: { number: 1, status: 'queued' },
    });
    await fixture.at('2026-11-03T01:00:15.000Z');
    expect(await fixture.runs()).toHaveLength(1);
  });

  it('name a branch and values', async () => {
    await fixture.define(
      {
        weekly: {
          cron: '0 2 * * 0',
          branch: 'release',
          parameters: { epochs: 3 },
        },
      },
      { parameters: { epochs: { type: 'integer' } } },
    );
    await fixture.at('2026-11-08T02:00:00.000Z');
    expect(fixture.started).toEqual([
      expect.objectContaining({
        ref: 'release',
        parameters: { epochs: 3 },
      }),
    ]);
  });

  it('start one run however many replicas look', async () => {
    await fixture.define(NIGHTLY);
    fixture.now = new Date('2026-11-03T02:00:00.000Z');
    const replicas = Array.from({ length: 4 }, () => fixture.replica());
    await Promise.all(replicas.map(replica => replica.check()));
    expect(await fixture.runs()).toHaveLength(1);
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-04T02:00:00.000Z',
    });
  });

  it('start the same run where the process ended before it was noted', async () => {
    await fixture.define(NIGHTLY);
    await fixture.at('2026-11-03T02:00:00.000Z');
    await fixture.db('schedules').update({
      next_at: '2026-11-03T02:00:00.000Z',
      due_at: '2026-11-03T02:00:00.000Z',
    });
    await fixture.at('2026-11-03T02:00:30.000Z');
    expect(await fixture.runs()).toHaveLength(1);
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-04T02:00:00.000Z',
    });
  });

  it('make up for the last time alone that the portal missed', async () => {
    await fixture.define({ often: { cron: '*/5 * * * *' } });
    await fixture.at('2026-11-03T12:02:00.000Z');
    expect(await fixture.runs()).toEqual(['often 2026-11-03T12:00:00.000Z']);
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-03T12:05:00.000Z',
    });
  });

  it('leave out what is more than four days late, and say so', async () => {
    await fixture.define({ monthly: { cron: '0 0 10 * *' } });
    await fixture.at('2026-11-14T00:00:01.000Z');
    expect(await fixture.runs()).toEqual([]);
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-12-10T00:00:00.000Z',
      problem: {
        code: 'trigger.scheduleMissed',
        parameters: { time: '2026-11-10T00:00:00.000Z', days: 4 },
      },
    });
    await fixture.at('2026-12-10T00:00:01.000Z');
    expect((await fixture.first()).problem).toBeUndefined();
  });

  it('try again what something else keeps from starting, and show it', async () => {
    await fixture.define(NIGHTLY);
    fixture.failures.push(new Error('no answer'), new Error('no answer'));
    await fixture.at('2026-11-03T02:00:00.000Z');
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-03T02:00:00.000Z',
      triedAt: '2026-11-03T02:00:30.000Z',
      problem: {
        text: expect.stringContaining('tried again: no answer'),
      },
    });
    await fixture.at('2026-11-03T02:00:31.000Z');
    expect((await fixture.first()).triedAt).toBe('2026-11-03T02:01:31.000Z');
    await fixture.at('2026-11-03T02:02:00.000Z');
    expect(await fixture.runs()).toEqual(['nightly 2026-11-03T02:00:00.000Z']);
    const { problem, triedAt } = await fixture.first();
    expect([problem, triedAt]).toEqual([undefined, undefined]);
  });

  it('wait for their next time where asking again changes nothing', async () => {
    await fixture.define(NIGHTLY);
    fixture.failures.push(new ConflictError('another source has the name'));
    await fixture.at('2026-11-03T02:00:00.000Z');
    expect(await fixture.first()).toMatchObject({
      nextAt: '2026-11-04T02:00:00.000Z',
      problem: { text: expect.stringContaining('another source') },
    });
    expect(await fixture.runs()).toEqual([]);
  });

  it('follow the definition: times that change count from now on, and those that are gone start nothing', async () => {
    await fixture.define({ ...NIGHTLY, other: { cron: '0 3 * * *' } });
    await fixture.define({ nightly: { cron: '0 5 * * *' } });
    await fixture.at('2026-11-03T04:00:00.000Z');
    expect(await fixture.runs()).toEqual([]);
    await fixture.at('2026-11-03T05:00:00.000Z');
    expect(await fixture.runs()).toEqual(['nightly 2026-11-03T05:00:00.000Z']);
  });

  it('miss nothing where something else of the definition changes', async () => {
    await fixture.define(NIGHTLY);
    fixture.now = new Date('2026-11-03T02:00:01.000Z');
    await fixture.define(NIGHTLY, { stages: { other: { run: 'y' } } });
    expect(await fixture.runs()).toEqual(['nightly 2026-11-03T02:00:00.000Z']);
  });

  it('stay while the definition is invalid, so that a run shows the errors', async () => {
    await fixture.define(NIGHTLY);
    await fixture.defineAll({ stages: 'none' });
    await fixture.at('2026-11-03T02:00:00.000Z');
    expect(await fixture.runs()).toHaveLength(1);
  });

  it('start nothing of a pipeline that the catalog has no more', async () => {
    await fixture.define(NIGHTLY);
    await fixture.db('pipelines').update({ removed_at: 'now' });
    await fixture.at('2026-11-03T02:00:00.000Z');
    expect(await fixture.runs()).toEqual([]);
  });

  it('start nothing while they are paused, also new ones, and make up for none of it', async () => {
    await fixture.define(NIGHTLY);
    await fixture.schedules.pause(PIPELINE, BY);
    await fixture.schedules.pause(PIPELINE, 'user:default/late');
    expect((await fixture.schedules.list(PIPELINE)).paused).toEqual({
      by: BY,
      at: '2026-11-02T09:00:00.000Z',
    });
    await fixture.define({ ...NIGHTLY, other: { cron: '0 3 * * *' } });
    await fixture.at('2026-11-03T04:00:00.000Z');
    expect(await fixture.schedules.resume(PIPELINE)).toMatchObject({
      items: [
        { name: 'nightly', nextAt: '2026-11-04T02:00:00.000Z' },
        { name: 'other', nextAt: '2026-11-04T03:00:00.000Z' },
      ],
    });
    await fixture.at('2026-11-04T02:30:00.000Z');
    expect(await fixture.runs()).toEqual(['nightly 2026-11-04T02:00:00.000Z']);
  });
});
