import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { pack } from 'tar-stream';
import request from 'supertest';
import { ResponseError } from '@backstage/errors';
import type { TokenAction } from '@model-ci/backstage-plugin-model-ci-common';
import { readDeployDecision } from '../database/operations/deployments/deployDecisions';
import { rescueAttempts } from '../database/operations/attempts/rescueAttempts';
import { newLease } from '../database/operations/leases';
import { claimRun } from '../database/operations/runs/claimRun';
import { listStalledRuns } from '../database/operations/runs/listStalledRuns';
import { createTestDatabases } from '../database/testDatabase';
import {
  ExternalRunService,
  type ExternalRunServiceOptions,
} from '../external/ExternalRunService';
import { absentUsers } from './testing/absentUsers';
import { entityFile, HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const BUILD = {
  provider: 'jenkins',
  buildId: 'mine/7',
  url: 'https://ci.example/7',
};
const DEFINITION = `version: 1
stages:
  train: { run: 'true', image: busybox, artifacts: { model: model.txt } }
  evaluate:
    run: 'true'
    image: busybox
    needs: [train]
    reports: { metrics: metrics.json }
    gates: [{ metric: rmse, max: 30 }]
  compare:
    run: 'true'
    image: busybox
    reports: { predictions: p.jsonl }
    gates: [{ metric: accuracy, min: 0.8, confidence: 0.95 }]
    inconclusive: ask
serving: { run: 'serve', port: 80, image: busybox }
`;

const sha256 = (data: Buffer) =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** What the portal says against something. */
async function refusal(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'nothing',
    (error: ResponseError) => error.cause.message,
  );
}

async function tarOf(path: string, content: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: path }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

describe.each(databases.ids)('Runs of another CI on %s', id => {
  let db: Knex;
  let portal: TestPortal;
  let token: string;

  beforeAll(async () => {
    db = await databases.init(id);
    portal = await TestPortal.start({
      db,
      features: [absentUsers],
      files: {
        'catalog-info.yaml': entityFile('mine'),
        'model-pipeline.yaml': DEFINITION,
      },
    });
    token = await makeToken(['report', 'gate', 'artifact', 'deploy']);
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(() => {
    portal.policy.reset();
    portal.audit.length = 0;
  });

  async function makeToken(actions: TokenAction[]): Promise<string> {
    const made = await portal.client.createToken(REF, {
      name: 'jenkins',
      actions,
    });
    return made.token;
  }

  const api = (
    method: 'get' | 'post' | 'patch' | 'put',
    path: string,
    by = token,
  ) =>
    request(portal.server)
      [method](`/api/model-ci${path}`)
      .set('Authorization', `Bearer ${by}`);

  const start = (more: object = {}, by = token) =>
    api('post', '/pipelines/default/mine/external-runs', by).send({
      ci: BUILD,
      commit: HEAD,
      ref: 'main',
      message: 'Fit the line',
      ...more,
    });
  let builds = 0;
  const newRun = async (more: object = {}): Promise<string> => {
    builds += 1;
    const ci = { provider: 'jenkins', buildId: `new/${builds}` };
    const { body, status } = await start({ ci, ...more });
    expect([status, body.error]).toEqual([201, undefined]);
    return body.id;
  };
  const stageOf = (run: string, stage: string) =>
    `/external-runs/${run}/stages/${stage}`;
  const report = (run: string, stage: string, kind: string, text: string) => {
    const data = Buffer.from(text);
    return api(
      'put',
      `${stageOf(run, stage)}/reports/${kind}?path=${kind}.json&digest=${sha256(
        data,
      )}`,
    )
      .set('Content-Type', 'application/octet-stream')
      .send(data);
  };
  const patch = (run: string, body: object) =>
    api('patch', `/external-runs/${run}`).send(body);

  it('begin once for each build and attempt, with what is known of it', async () => {
    const first = await start();
    const again = await start();
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    const retried = await start({ ci: { ...BUILD, attempt: '2' } });
    expect(retried.body.id).not.toBe(first.body.id);
    const run = await portal.client.getRun(first.body.id);
    expect(run).toMatchObject({
      status: 'running',
      trigger: 'external',
      ci: BUILD,
      branch: 'main',
      commit: HEAD,
      createdBy: 'user:default/mock',
      sourceDigest: expect.stringMatching(/^sha256:/),
    });
    const { items } = await portal.client.listRuns({ pipelineRef: REF });
    expect(items.find(each => each.id === run.id)?.ci).toEqual(BUILD);
  });

  it('show stages, logs, reports and artifacts, are judged, and register a version that can be deployed', async () => {
    const run = await newRun({ stages: ['train', 'evaluate'] });
    await patch(run, { stage: { name: 'train', status: 'running' } });
    const log = `${stageOf(run, 'train')}/log`;
    await api('put', `${log}?offset=0`).send(Buffer.from('step 1\n'));
    const repeated = await api('put', `${log}?offset=0`).send(
      Buffer.from('step 1\nstep 2\n'),
    );
    expect(repeated.body).toEqual({ size: 14 });
    const tar = await tarOf('model.txt', 'weights');
    const uploaded = await api(
      'put',
      `${stageOf(run, 'train')}/artifacts/model?path=model.txt&digest=${sha256(
        tar,
      )}`,
    )
      .set('Content-Type', 'application/x-tar')
      .send(tar);
    expect(uploaded.body).toEqual({ received: tar.length, complete: true });
    const trained = await patch(run, {
      stage: { name: 'train', status: 'succeeded', exitCode: 0 },
    });
    expect(trained.body.judgement).toMatchObject({ exitCode: 0, gates: [] });
    await report(run, 'evaluate', 'metrics', '{"rmse": 12.5}');
    const judged = await api('post', `${stageOf(run, 'evaluate')}/gate`).send(
      {},
    );
    expect(judged.body).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      gates: [{ metric: 'rmse', value: 12.5, verdict: 'pass' }],
    });
    const lines = Array.from({ length: 200 }, (_, index) =>
      JSON.stringify({ id: index, prediction: 1, target: index < 190 ? 1 : 0 }),
    );
    await report(run, 'compare', 'predictions', lines.join('\n'));
    const accuracy = { value: 0.95, n: 200 };
    await report(run, 'compare', 'metrics', JSON.stringify({ accuracy }));
    const compared = await api('post', `${stageOf(run, 'compare')}/gate`).send(
      {},
    );
    expect(compared.body).toMatchObject({ verdict: 'pass' });
    const finished = await patch(run, { status: 'succeeded' });
    expect(finished.body).toMatchObject({ status: 'succeeded', version: 1 });

    const shown = await portal.client.getRun(run);
    expect(shown.stages.map(({ name, status }) => [name, status])).toEqual([
      ['train', 'succeeded'],
      ['evaluate', 'succeeded'],
      ['compare', 'succeeded'],
    ]);
    const [train] = shown.stages;
    expect(train.attempts[0]).toMatchObject({
      executor: 'external',
      exitCode: 0,
    });
    expect(train.attempts[0].node).toBeUndefined();
    expect(train.artifacts).toEqual([
      expect.objectContaining({ name: 'model', path: 'model.txt' }),
    ]);
    const text = await portal.client.readLog(run, 'train');
    expect(text.text).toBe('step 1\nstep 2\n');
    const deployment = await api(
      'post',
      `/external-runs/${run}/deployments`,
    ).send({ environment: 'staging' });
    // No executor of these tests hosts services: that is the only thing wrong with it.
    expect(deployment.body.error?.message).toContain('process');
  });

  it('fail by a gate, and answer it again as often as it is asked', async () => {
    const run = await newRun();
    await report(run, 'evaluate', 'metrics', '{"rmse": 31}');
    const ask = () => api('post', `${stageOf(run, 'evaluate')}/gate`).send({});
    const first = await ask();
    expect(first.body).toMatchObject({
      status: 'failed',
      verdict: 'fail',
      exitCode: 1,
      gates: [{ metric: 'rmse', verdict: 'fail' }],
    });
    expect((await ask()).body).toEqual(first.body);
    const { body } = await patch(run, { status: 'succeeded' });
    expect(body).toMatchObject({ status: 'failed' });
    expect(body.version).toBeUndefined();
    expect(body.reason.text).toContain('"evaluate" failed');
  });

  it('say of several stages that failed why the first did', async () => {
    const run = await newRun();
    for (const name of ['lint', 'scan']) {
      await patch(run, { stage: { name, status: 'running' } });
      await patch(run, { stage: { name, status: 'failed', exitCode: 3 } });
    }
    const { body } = await patch(run, { status: 'succeeded' });
    expect(body.reason.text).toMatch(
      /lint and scan failed.*lint.* exit code 3/,
    );
  });

  it('register no version where gates that the definition has were not judged', async () => {
    const run = await newRun({ stages: ['train', 'evaluate2'] });
    for (const name of ['train', 'evaluate2']) {
      await patch(run, { stage: { name, status: 'running' } });
      await patch(run, { stage: { name, status: 'succeeded' } });
    }
    const { body } = await patch(run, { status: 'succeeded' });
    expect([body.status, body.version]).toEqual(['succeeded', undefined]);
    expect(body.reason.text).toContain('not judged (evaluate and compare)');
    const deployment = await api(
      'post',
      `/external-runs/${run}/deployments`,
    ).send({ environment: 'staging' });
    expect(deployment.status).toBe(409);
    expect(deployment.body.error.message).toContain('all stages with gates');
  });

  it('end with exit code 2 where a gate is inconclusive and a person would be asked', async () => {
    const run = await newRun();
    const lines = Array.from({ length: 10 }, (_, index) =>
      JSON.stringify({ id: index, prediction: 1, target: index < 9 ? 1 : 0 }),
    ).join('\n');
    await report(run, 'compare', 'predictions', lines);
    await report(
      run,
      'compare',
      'metrics',
      JSON.stringify({ accuracy: { value: 0.9, n: 10 } }),
    );
    const { body } = await api('post', `${stageOf(run, 'compare')}/gate`).send(
      {},
    );
    expect(body).toMatchObject({ verdict: 'inconclusive', exitCode: 2 });
    expect(body.gates[0].reason.text).not.toBe('');
  });

  it('keep an artifact from sight until all parts of it came, go on where it broke off, and refuse what has changed', async () => {
    const run = await newRun();
    const tar = await tarOf('model.txt', 'w'.repeat(3000));
    const path = `${stageOf(
      run,
      'train',
    )}/artifacts/model?path=model.txt&digest=${sha256(tar)}`;
    const put = (startAt: number, end: number, data: Buffer, to = path) =>
      api('put', to)
        .set('Content-Type', 'application/x-tar')
        .set('Content-Range', `bytes ${startAt}-${end - 1}/${tar.length}`)
        .send(data);
    await put(0, 1000, tar.subarray(0, 1000));
    const gap = await put(2000, 3000, tar.subarray(2000, 3000));
    expect(gap.status).toBe(409);
    expect(await portal.client.listArtifacts(run)).toEqual([]);
    const asked = await api('put', path).set(
      'Content-Range',
      `bytes */${tar.length}`,
    );
    expect(asked.body).toEqual({ received: 1000, complete: false });
    // A part whose answer was lost is sent again.
    const again = await put(0, 1000, tar.subarray(0, 1000));
    expect(again.body).toEqual({ received: 1000, complete: false });
    const changed = Buffer.from(tar.subarray(1000));
    changed[600] = 120;
    const refused = await put(1000, tar.length, changed);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('the file changed meanwhile');
    const whole = await put(0, tar.length, tar);
    expect(whole.body).toEqual({ received: tar.length, complete: true });
    await patch(run, { stage: { name: 'train', status: 'succeeded' } });
    expect(await portal.client.listArtifacts(run)).toHaveLength(1);
    expect(await db('external_upload_parts')).toEqual([]);
  });

  it('refuse a part that is longer than the whole, and keep nothing of it', async () => {
    const run = await newRun();
    const { status, body } = await api(
      'put',
      `${stageOf(run, 'train')}/reports/metrics?path=m.json&digest=${sha256(
        Buffer.from('{}'),
      )}`,
    )
      .set('Content-Type', 'application/octet-stream')
      .set('Content-Range', 'bytes 0-1/2')
      .send(Buffer.alloc(1000, 'x'));
    expect([status, body.error.message]).toEqual([
      400,
      'The body is longer than was announced',
    ]);
    expect(await db('external_upload_parts')).toEqual([]);
  });

  it('have reports with paths as long as they may be', async () => {
    const run = await newRun();
    const path = `${'folder/'.repeat(70)}m.json`;
    const data = Buffer.from('{}');
    const { status, body } = await api(
      'put',
      `${stageOf(run, 'train')}/reports/metrics?path=${path}&digest=${sha256(
        data,
      )}`,
    )
      .set('Content-Type', 'application/octet-stream')
      .send(data);
    expect([status, body]).toEqual([200, { received: 2, complete: true }]);
  });

  it('have one predictions report, so that none is passed over', async () => {
    const run = await newRun();
    const data = Buffer.from('{"id": 1, "prediction": 1}');
    const put = (path: string) =>
      api(
        'put',
        `${stageOf(
          run,
          'compare',
        )}/reports/predictions?path=${path}&digest=${sha256(data)}`,
      )
        .set('Content-Type', 'application/octet-stream')
        .send(data);
    expect((await put('a.jsonl')).status).toBe(200);
    expect((await put('a.jsonl')).status).toBe(200);
    const second = await put('b.jsonl');
    expect([second.status, second.body.error.message]).toEqual([
      400,
      expect.stringContaining("'a.jsonl' is that of this stage"),
    ]);
  });

  it('have a bound of what they announce, and take what is known again', async () => {
    const run = await newRun();
    const data = Buffer.from('{}');
    const put = (name: string) =>
      api(
        'put',
        `${stageOf(run, 'train')}/reports/metrics?path=${name}&digest=${sha256(
          data,
        )}`,
      ).set('Content-Type', 'application/octet-stream');
    expect((await put('0.json').send(data)).body.complete).toBe(true);
    const [whole] = await db('external_uploads')
      .join('attempts', 'attempts.id', 'external_uploads.attempt_id')
      .where({ run_id: run })
      .select('external_uploads.*');
    // Announced, and never sent whole.
    const begun = { ...whole, stored_digest: null, stored_size: null };
    const names = Array.from(
      { length: 999 },
      (_, index) => `${index + 1}.json`,
    );
    await db.batchInsert(
      'external_uploads',
      names.map(name => ({ ...begun, id: `${run}-${name}`.slice(-36), name })),
      50,
    );
    const more = await put('more.json').set('Content-Range', 'bytes */2');
    expect([more.status, more.body.error?.message]).toEqual([
      400,
      'A stage has at most 1,000 reports and artifacts',
    ]);
    expect((await put('0.json').send(data)).body.complete).toBe(true);
  });

  it('announce no more bytes than a run may have in all its stages, also at the same time', async () => {
    const run = await newRun();
    const announce = (stage: string, size: number) =>
      api(
        'put',
        `${stageOf(run, stage)}/artifacts/model?path=model.bin&digest=${sha256(
          Buffer.from('x'),
        )}`,
      ).set('Content-Range', `bytes */${size}`);
    const half = 100 * 1024 ** 3;
    const answers = await Promise.all(
      ['train', 'evaluate', 'compare'].map(stage => announce(stage, half)),
    );
    const refused = answers.filter(({ status }) => status === 413);
    expect([answers.length, refused.length]).toEqual([3, 1]);
    expect(refused[0].body.error.message).toBe(
      'The upload has 107,374,182,400 bytes; with the 214,748,364,800 bytes that this run has announced before, it would have more than 214,748,364,800. Upload less, or have the administrator raise modelCi.externalRuns.maxRunBytes',
    );
    // The same name with less makes room, in another attempt too.
    const [done] = ['train', 'evaluate', 'compare'].filter(
      (_, index) => answers[index].status === 200,
    );
    expect((await announce(done, half - 1)).status).toBe(200);
    await patch(run, { stage: { name: done, status: 'failed' } });
    await patch(run, { stage: { name: done, status: 'running' } });
    expect((await announce(done, 2)).status).toBe(413);
    expect((await announce(done, 1)).status).toBe(200);
  });

  it('upload in no more parts than there are MiB, and a few', async () => {
    const run = await newRun();
    const data = Buffer.alloc(100, 'x');
    const put = (at: number) =>
      api(
        'put',
        `${stageOf(run, 'train')}/reports/metrics?path=m.json&digest=${sha256(
          data,
        )}`,
      )
        .set('Content-Type', 'application/octet-stream')
        .set('Content-Range', `bytes ${at}-${at}/100`)
        .send(data.subarray(at, at + 1));
    for (let at = 0; at < 17; at++) {
      expect((await put(at)).body).toEqual({
        received: at + 1,
        complete: false,
      });
    }
    const { status, body } = await put(17);
    expect([status, body.error.message]).toEqual([
      400,
      'An upload of this size has at most 17 parts: send parts of at least 1,048,576 bytes',
    ]);
  });

  it('begin a stage fifty times at most', async () => {
    const run = await newRun();
    const begin = { stage: { name: 'train', status: 'running' } };
    await patch(run, begin);
    await patch(run, { stage: { name: 'train', status: 'failed' } });
    await db('attempts').where({ run_id: run }).update({ number: 50 });
    const { status, body } = await patch(run, begin);
    expect([status, body.error.message]).toEqual([
      409,
      expect.stringContaining("Stage 'train' has begun 50 times"),
    ]);
  });

  it('are left alone by the engine, and neither cancelled nor retried nor declared lost here', async () => {
    const run = await newRun({ stages: ['train', 'evaluate'] });
    await patch(run, { stage: { name: 'train', status: 'running' } });
    await patch(run, {
      stage: { name: 'train', status: 'succeeded', exitCode: 0 },
    });
    const lease = newLease('some-replica', 1000, Date.parse('9999-01-01'));
    expect(await listStalledRuns(db, { limit: 100 })).toEqual([]);
    expect(await claimRun(db, lease)).toBeUndefined();
    expect(await refusal(portal.client.cancelRun(run))).toContain(
      'cancel build new/',
    );
    await patch(run, { stage: { name: 'evaluate', status: 'running' } });
    // No lease of it ever ends, even where a replica listed such a node.
    const nodes = ['(external)', 'local'];
    expect(
      await rescueAttempts(db, { ...lease, nodes, limit: 100 }),
    ).toMatchObject({ claims: [] });
    const { stages } = await portal.client.getRun(run);
    const [attempt] = stages[1].attempts;
    expect(
      await refusal(
        portal.client.declareAttemptLost(attempt.id, { reason: 'x' }),
      ),
    ).toContain('end its build there');
    await patch(run, { status: 'failed' });
    expect(await refusal(portal.client.retryRun(run))).toContain(
      'run build new/',
    );
  });

  it('are all that a token reports: stages of runs of the portal stay as they are', async () => {
    const run = await newRun();
    await patch(run, { stage: { name: 'scan', status: 'running' } });
    const attempt = () => db('attempts').where({ run_id: run }).first();
    await attempt().update({ executor: 'docker' });
    await db('runs').where({ id: run }).update({ trigger: 'push' });
    const before = await attempt();
    const end = { name: 'scan', status: 'succeeded', exitCode: 0 };
    const answers = [
      await patch(run, { stage: end }),
      await patch(run, { stage: { ...end, status: 'failed', exitCode: 1 } }),
      await patch(run, { status: 'failed' }),
      await api('post', `${stageOf(run, 'scan')}/gate`).send({}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await attempt()).toEqual(before);
    const { status, stages } = await portal.client.getRun(run);
    expect([status, stages[0].status]).toEqual(['running', 'running']);
    await db('runs').where({ id: run }).update({ trigger: 'external' });
    await patch(run, { status: 'failed' });
  });

  it('register no version where what was built is no branch', async () => {
    const run = await newRun({ ref: 'refs/pull/5/merge' });
    await patch(run, { stage: { name: 'train', status: 'succeeded' } });
    const { body } = await patch(run, { status: 'succeeded' });
    expect(body.status).toBe('succeeded');
    expect(body.version).toBeUndefined();
  });

  it('are of no branch and not trusted where the repository does not have their commit there', async () => {
    const made = await newRun({ ref: 'main', commit: 'd'.repeat(40) });
    const run = await portal.client.getRun(made);
    expect(run.isUntrusted).toBe(true);
    expect(run.untrustedReason?.code).toBe('trust.notOnRef');
    expect(run.branch).toBeUndefined();
    await patch(made, { stage: { name: 'train', status: 'succeeded' } });
    const { body } = await patch(made, { status: 'succeeded' });
    expect([body.status, body.version]).toEqual(['succeeded', undefined]);
  });

  it('end with a reason once nothing was heard of their CI for too long', async () => {
    const run = await newRun();
    await patch(run, { stage: { name: 'train', status: 'running' } });
    await db('external_runs')
      .where({ run_id: run })
      .update({ heard_at: '2026-01-01T00:00:00.000Z' });
    const silent = new ExternalRunService({
      db,
      silentAfterMs: 3_600_000,
      now: Date.now,
      engine: {
        advanced() {},
        changed() {},
        logSignal: { notify() {} },
        context: { findDefaultBranch: () => 'main' },
      },
    } as Partial<ExternalRunServiceOptions> as ExternalRunServiceOptions);
    await silent.endSilent();
    const shown = await portal.client.getRun(run);
    expect(shown).toMatchObject({ status: 'errored' });
    expect(shown.reason?.text).toContain('Nothing was heard of jenkins');
    expect(shown.stages[0].status).toBe('errored');
    const late = await patch(run, { status: 'succeeded' });
    expect(late.body.status).toBe('errored');
  });

  describe('by their tokens', () => {
    it('refuse wrong tokens alike, then for a while by address, and right ones never', async () => {
      const wrong = `mci_${'0'.repeat(16)}_${'a'.repeat(43)}`;
      const statuses = new Set<number>();
      for (let tries = 0; tries < 25; tries++) {
        statuses.add((await start({}, wrong)).status);
      }
      expect([...statuses]).toEqual([401, 429]);
      expect([200, 201]).toContain((await start()).status);
    });

    it('are looked at before anything that comes with them', async () => {
      const wrong = `mci_${'1'.repeat(16)}_${'a'.repeat(43)}`;
      const large = { message: 'x'.repeat(200 * 1024) };
      expect((await start(large)).status).toBe(413);
      expect([401, 429]).toContain((await start(large, wrong)).status);
      const log = `${stageOf('none', 'train')}/log?offset=0`;
      const piece = Buffer.alloc(2 * 1024 * 1024);
      expect((await api('put', log).send(piece)).status).toBe(413);
      expect([401, 429]).toContain(
        (await api('put', log, wrong).send(piece)).status,
      );
    });

    it('decide about automatic deployments too', async () => {
      const allowed = async (by: string) => {
        builds += 1;
        const ci = { provider: 'jenkins', buildId: `auto/${builds}` };
        const { body } = await start({ ci }, by);
        const decision = await readDeployDecision(db, body.id);
        return decision?.allowed;
      };
      expect(await allowed(await makeToken(['report', 'gate']))).toBe(false);
      expect(await allowed(token)).toBe(true);
      portal.policy.denied = ['model-ci.pipeline.deploy'];
      expect(await allowed(token)).toBe(false);
    });

    it('cannot replace a report by an artifact', async () => {
      const run = await newRun();
      const tar = await tarOf('metrics.json', '{"rmse": 1}');
      const query = `path=metrics.json&digest=${sha256(tar)}`;
      await api('put', `${stageOf(run, 'evaluate')}/artifacts/a?${query}`)
        .set('Content-Type', 'application/x-tar')
        .send(tar);
      await report(run, 'evaluate', 'metrics', '{"rmse": 31}');
      const { body } = await api(
        'post',
        `${stageOf(run, 'evaluate')}/gate`,
      ).send({});
      expect(body).toMatchObject({ gates: [{ value: 31, verdict: 'fail' }] });
    });

    it('tell the build in any case how a stage was judged, and no more without the action', async () => {
      const narrow = await makeToken(['report']);
      const run = await newRun();
      await report(run, 'evaluate', 'metrics', '{"rmse": 31}');
      const { body } = await api('patch', `/external-runs/${run}`, narrow).send(
        { stage: { name: 'evaluate', status: 'succeeded' } },
      );
      expect(body.judgement).toEqual({
        stage: 'evaluate',
        status: 'failed',
        verdict: 'fail',
        exitCode: 1,
      });
    });

    it('do what their actions say and nothing else', async () => {
      const narrow = await makeToken(['report']);
      const run = await newRun();
      const gate = await api(
        'post',
        `${stageOf(run, 'train')}/gate`,
        narrow,
      ).send({});
      expect(gate.status).toBe(403);
      expect(gate.body.error.message).toContain("'gate'");
      const shown = await api('get', `/external-runs/${run}`, narrow);
      expect(shown.status).toBe(200);
      const deploy = await api(
        'post',
        `/external-runs/${run}/deployments`,
        narrow,
      ).send({ environment: 'staging' });
      expect(deploy.status).toBe(403);
    });

    it('are refused by other pipelines and by every other route', async () => {
      const other = await api(
        'post',
        '/pipelines/default/other/external-runs',
      ).send({ ci: BUILD, commit: HEAD });
      expect(other.status).toBe(403);
      expect((await api('get', '/runs')).status).toBe(401);
    });

    it('stop working when who made them loses the permission', async () => {
      portal.policy.denied = ['model-ci.pipeline.run'];
      const { status, body } = await start();
      expect([status, body.error.message]).toEqual([
        403,
        expect.stringContaining('model-ci.pipeline.run'),
      ]);
    });

    it('are out of sight for the auditor, who would ask Backstage about them', async () => {
      await newRun();
      const [record] = portal.audit;
      expect(record).toMatchObject({
        id: 'external-run-start',
        outcome: 'success',
        meta: { by: 'user:default/mock', pipelineRef: REF },
      });
      expect(JSON.stringify(record)).not.toContain('mci_');
    });

    it('leave a trace of what they end, and none of signs of life', async () => {
      const run = await newRun();
      await patch(run, { stage: { name: 'train', status: 'running' } });
      portal.audit.length = 0;
      await patch(run, {});
      expect(portal.audit).toEqual([]);
      await patch(run, { stage: { name: 'train', status: 'succeeded' } });
      await patch(run, { status: 'cancelled' });
      expect(portal.audit).toMatchObject([
        {
          id: 'external-run-change',
          outcome: 'success',
          meta: { runId: run, stage: { name: 'train' }, pipelineRef: REF },
        },
        { id: 'external-run-change', meta: { status: 'cancelled' } },
      ]);
      expect(portal.audit[0].meta?.tokenId).toEqual(expect.any(String));
    });
  });

  it.each([
    [
      'a URL that is none of the web',
      { ci: { ...BUILD, url: ['javascript', 'alert(1)'].join(':') } },
    ],
    ['a short commit', { commit: 'c0ffee' }],
    ['an unknown field', { unknown: 1 }],
    ['a stage that is none', { stages: ['../x'] }],
  ])('refuse %s', async (_, body) => {
    const { status, body: answer } = await start(body);
    expect([status, answer.error.name]).toEqual([400, 'InputError']);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', '*.json', 'a\u0000b'])(
    'refuse the path %j of a report',
    async path => {
      const run = await newRun();
      const { status } = await api(
        'put',
        `${stageOf(run, 'train')}/reports/metrics?path=${encodeURIComponent(
          path,
        )}&digest=${sha256(Buffer.from('{}'))}`,
      )
        .set('Content-Type', 'application/octet-stream')
        .send(Buffer.from('{}'));
      expect(status).toBe(400);
    },
  );
});
