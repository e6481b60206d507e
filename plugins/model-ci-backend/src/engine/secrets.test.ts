import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { TestDatabaseId } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import type { AttemptRow } from '../database/tables/runs';
import { createTestDatabases } from '../database/testDatabase';
import type { SecretPipeline } from '../secrets/SecretService';
import {
  createSecrets,
  insertPipeline,
} from '../secrets/testing/createSecrets';
import type { Vault } from '../secrets/vaults/Vault';
import { mintReplicaId } from './replica';
import {
  createEngines,
  driveUntil,
  pipelineOf,
  TEST_PIPELINE,
} from './testing/createEngines';
import { FakeExecutor, type FakeExecutorOptions } from './testing/FakeExecutor';
import { FAKE_SOURCE_URL } from './testing/FakeSource';

const databases = createTestDatabases();
const TOKEN = 'hf_Zq8x7Lk2PmWv';
const STAGE =
  'a: { run: a, secrets: [HF_TOKEN], artifacts: { out: out }, reports: { junit: junit.xml, metrics: metrics.json } }';
const METRICS = `{"${TOKEN}": 1}`;
const JUNIT = `<testsuite name="s"><testcase name="uses ${TOKEN}"><failure message="no ${TOKEN}">${Buffer.from(
  `user:${TOKEN}`,
).toString('base64')}</failure></testcase></testsuite>`;

function deadReplica(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return JSON.stringify({ ...JSON.parse(mintReplicaId()), pid });
}

/** Everything that a database holds, as text. */
async function dump(db: Knex): Promise<string> {
  const tables = [
    'runs',
    'stages',
    'attempts',
    'state_changes',
    'log_chunks',
    'secrets',
    'given_secrets',
    'test_cases',
    'evaluations',
    'reports',
  ];
  const rows = await Promise.all(tables.map(table => db(table).select()));
  return JSON.stringify(rows, (_, value) =>
    value?.type === 'Buffer'
      ? Buffer.from(value.data).toString('latin1')
      : value,
  );
}

describe('Secrets of stages', () => {
  async function setUp(
    options: {
      keys?: Buffer[];
      vaults?: Vault[];
      script?: FakeExecutorOptions['script'];
      takesSecrets?: boolean;
      sourceUrl?: string;
      stage?: string;
      databaseId?: TestDatabaseId;
    } = {},
  ) {
    const { script = () => {}, takesSecrets } = options;
    const db = await databases.init(options.databaseId ?? 'SQLITE_3');
    const executor = new FakeExecutor({
      script,
      ...(takesSecrets !== undefined && { takesSecrets }),
    });
    const secrets = createSecrets(db, options);
    const pipeline = await insertPipeline(db, {
      ref: TEST_PIPELINE,
      sourceUrl: options.sourceUrl ?? FAKE_SOURCE_URL,
    });
    const fixture = createEngines(db, {
      files: pipelineOf(options.stage ?? STAGE),
      executors: [executor],
      secrets: secrets.giver,
      config: { executorRetries: 2 },
    });
    return { db, executor, pipeline, ...secrets, ...fixture };
  }

  const setToken = (
    {
      service,
      pipeline,
    }: Pick<Awaited<ReturnType<typeof setUp>>, 'service'> & {
      pipeline: SecretPipeline;
    },
    value = TOKEN,
  ) =>
    service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', value },
      'user:default/guest',
    );

  it.each(databases.ids)(
    'on %s reach the stage, and neither its log, its reports, its reasons nor the database',
    async databaseId => {
      const { db, engine, executor, start, runs, ...rest } = await setUp({
        databaseId,
      });
      await setToken(rest);
      const id = await start();
      await driveUntil(engine, () => executor.tasks.size === 1);
      const task = await executor.started('a');
      expect(task.spec.secrets).toEqual({ HF_TOKEN: TOKEN });
      expect(task.spec.env).not.toHaveProperty('HF_TOKEN');
      expect(await db('given_secrets')).toHaveLength(1);
      for (const character of `login ${TOKEN}.\n`) {
        task.write(character);
      }
      task.files.out = TOKEN;
      task.files['junit.xml'] = JUNIT;
      task.files['metrics.json'] = METRICS;
      task.exit(1);
      await driveUntil(
        engine,
        async () => (await runs.get(id)).status === 'failed',
      );
      await engine.settled();

      const log = await runs.readLog(id, 'a', {});
      expect(log.data.toString()).toBe('login ***.\n');
      const run = await runs.get(id);
      expect(JSON.stringify(run)).toContain('uses ***');
      const all = await dump(db);
      expect(all).toContain('no ***');
      expect(all).not.toContain(TOKEN);
      expect(all).not.toContain(
        Buffer.from(`:${TOKEN}`).toString('base64').slice(2, -4),
      );
      // It has ended, and nothing has to be masked any more.
      expect(await db('given_secrets')).toEqual([]);
    },
  );

  it('stay hidden when another process goes on in the middle of one, though it was replaced meanwhile', async () => {
    const { db, createEngine, executor, start, runs, engine, ...rest } =
      await setUp();
    await setToken(rest);
    const id = await start();
    const killed = createEngine({}, deadReplica());
    await driveUntil(killed, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    const cut = TOKEN.length / 2;
    task.write(`first ${TOKEN}\nlogin ${TOKEN.slice(0, cut)}`);
    const size = async () =>
      Number((await db<AttemptRow>('attempts').first('log_size'))?.log_size);
    await driveUntil(
      killed,
      async () => (await size()) === 'first ***\nlogin '.length,
    );
    await setToken(rest, 'another-value-0815');

    expect(await engine.rescueOnce()).toBe(1);
    task.write(`${TOKEN.slice(cut)}.\n`);
    task.files.out = 'x';
    task.files['junit.xml'] = '<testsuite/>';
    task.files['metrics.json'] = '{"m": 1}';
    task.exit(0);
    await driveUntil(
      engine,
      async () => (await runs.get(id)).status === 'succeeded',
    );
    await engine.settled();
    await killed.settled();
    const log = await runs.readLog(id, 'a', {});
    expect(log.data.toString()).toBe('first ***\nlogin ***.\n');
    expect(task.submissions).toBe(1);
  });

  const failing = async (fixture: Awaited<ReturnType<typeof setUp>>) => {
    const { engine, executor, start, runs } = fixture;
    const id = await start();
    await driveUntil(engine, async () =>
      ['failed', 'errored'].includes((await runs.get(id)).status),
    );
    await engine.settled();
    expect(executor.tasks.size).toBe(0);
    const [stage] = (await runs.get(id)).stages;
    return stage.attempts.at(-1)?.reason;
  };

  it('are missed by name', async () => {
    const fixture = await setUp();
    expect(await failing(fixture)).toMatchObject({
      code: 'secret.missing',
      parameters: { names: 'HF_TOKEN' },
    });
  });

  it('are refused where the portal has no key', async () => {
    expect(await failing(await setUp({ keys: [] }))).toMatchObject({
      code: 'secret.noKey',
    });
  });

  it('are refused to an executor that would show them', async () => {
    const fixture = await setUp({ takesSecrets: false });
    await setToken(fixture);
    expect(await failing(fixture)).toMatchObject({
      code: 'secret.executorTakesNone',
    });
  });

  it('are refused to a build of an image by an executor that would leave them in it', async () => {
    const fixture = await setUp({
      stage: 'a: { imageBuild: {}, secrets: [HF_TOKEN] }',
    });
    Object.assign(fixture.executor, { buildsImages: true });
    await setToken(fixture);
    expect(await failing(fixture)).toMatchObject({
      code: 'secret.buildTakesNone',
    });
  });

  it('are refused to a run that is not trusted', async () => {
    const fixture = await setUp();
    await setToken(fixture);
    const { db, runs, start, engine, executor } = fixture;
    const id = await start();
    await db('runs').where({ id }).update({ is_untrusted: true });
    await driveUntil(
      engine,
      async () => (await runs.get(id)).status === 'failed',
    );
    expect(executor.tasks.size).toBe(0);
    expect((await runs.get(id)).stages[0].attempts[0].reason).toMatchObject({
      code: 'secret.untrusted',
    });
  });

  it('are not for another source that took the name', async () => {
    const fixture = await setUp({
      sourceUrl: 'https://elsewhere.example/other/tree/main/',
    });
    await fixture.db('secret_pipelines').delete();
    await setToken(fixture);
    expect(await failing(fixture)).toMatchObject({ code: 'secret.missing' });
  });

  it('are refused where somebody has put the row of one secret in the place of another', async () => {
    const fixture = await setUp();
    await setToken(fixture);
    const { db, service, pipeline } = fixture;
    const other = { scope: 'pipeline', value: 'another-value-0815' } as const;
    await service.set(pipeline, 'OTHER', other, 'user:default/guest');
    const row = await db('secrets').where({ name: 'OTHER' }).first('sealed');
    await db('secrets').where({ name: 'HF_TOKEN' }).update(row);
    expect(await failing(fixture)).toMatchObject({ code: 'secret.damaged' });
  });

  it('come from a vault, which is asked again while it is away, and are not kept', async () => {
    const failures = [new Error('connection refused')];
    const vault: Vault = {
      name: 'corp',
      placeOf: () => 'secret/x',
      read: async () => {
        const failure = failures.shift();
        if (failure) {
          throw failure;
        }
        return new Map([['HF_TOKEN', TOKEN]]);
      },
    };
    const fixture = await setUp({ vaults: [vault] });
    const { service, pipeline, start, engine, executor, db } = fixture;
    await service.set(
      pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', vault: 'corp' },
      'user:default/guest',
    );
    await start();
    await driveUntil(engine, () => executor.tasks.size === 1);
    const task = await executor.started('a');
    expect(task.spec.secrets).toEqual({ HF_TOKEN: TOKEN });
    expect(await dump(db)).not.toContain(TOKEN);
    task.exit(1);
    await engine.settled();
  });

  it('fail a stage as the platform does where a vault stays away', async () => {
    const vault: Vault = {
      name: 'corp',
      placeOf: () => 'secret/x',
      read: async () => {
        throw new Error('connection refused');
      },
    };
    const fixture = await setUp({
      vaults: [vault],
      stage: 'a: { run: a, secrets: [HF_TOKEN], retry: { platform: 0 } }',
    });
    await fixture.service.set(
      fixture.pipeline,
      'HF_TOKEN',
      { scope: 'pipeline', vault: 'corp' },
      'user:default/guest',
    );
    const why = await failing(fixture);
    expect(why?.text).toContain(
      "Vault 'corp' could not be read: connection refused",
    );
  });

  it('are read with an old key until everything is encrypted with the new one', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const before = await setUp({ keys: [old] });
    await setToken(before);
    const both = createSecrets(before.db, { keys: [fresh, old] });
    expect(await both.service.reencrypt()).toEqual({
      reencrypted: 1,
      unreadable: 0,
    });
    const { service } = createSecrets(before.db, { keys: [fresh] });
    expect(await service.reencrypt()).toEqual({
      reencrypted: 0,
      unreadable: 0,
    });
    const lost = createSecrets(before.db, { keys: [randomBytes(32)] });
    expect(await lost.service.reencrypt()).toEqual({
      reencrypted: 0,
      unreadable: 1,
    });
  });
});
