import { createHash } from 'node:crypto';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { packFiles } from '../engine/testing/FakeSource';
import { absentUsers } from './testing/absentUsers';
import { entityFile, HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const REF = 'modelpipeline:default/mine';
const DEFINITION = `version: 1
stages:
  train: { run: 'true', image: busybox, artifacts: { model: model.txt } }
  evaluate:
    run: 'true'
    image: busybox
    needs: [train]
    reports: { predictions: p.jsonl }
    gates: [{ metric: auc, baseline: previous, margin: 0.03 }]
    inconclusive: ask
`;
const PREDICTIONS = Array.from({ length: 60 }, (_, i) =>
  JSON.stringify({
    id: `e${i}`,
    prediction: ((i * 37) % 100) / 100,
    target: i % 3 === 0 ? 1 : 0,
  }),
).join('\n');

describe.each(databases.ids)('The builds of another CI on %s', databaseId => {
  let portal: TestPortal;
  let token: string;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init(databaseId),
      features: [absentUsers],
      files: {
        'catalog-info.yaml': entityFile('mine'),
        'model-pipeline.yaml': DEFINITION,
      },
    });
    const actions = ['report', 'gate', 'artifact'] as const;
    const made = await portal.client.createToken(REF, {
      name: 'jenkins',
      actions: [...actions],
    });
    token = made.token;
  }, 60_000);

  afterAll(() => portal?.stop());

  const api = (method: 'post' | 'patch' | 'put', path: string) =>
    request(portal.server)
      [method](`/api/model-ci${path}`)
      .set('Authorization', `Bearer ${token}`);
  const upload = async (path: string, type: string, data: Buffer) => {
    const digest = createHash('sha256').update(data).digest('hex');
    const { body } = await api('put', `${path}&digest=sha256:${digest}`)
      .set('Content-Type', type)
      .send(data);
    expect(body).toMatchObject({ complete: true });
  };
  /** As the client packs them: the same file has the same bytes in each build. */
  const archives = new Map<string, Promise<Buffer>>();
  const archiveOf = async (weights: string) => {
    const known = archives.get(weights) ?? packFiles({ 'model.txt': weights });
    archives.set(weights, known);
    return await known;
  };
  /** Reports a build whose training gave these weights, and answers its judgement. */
  const build = async (buildId: string, weights: string) => {
    const { body: run } = await api(
      'post',
      '/pipelines/default/mine/external-runs',
    ).send({ ci: { provider: 'jenkins', buildId }, commit: HEAD, ref: 'main' });
    const stages = `/external-runs/${run.id}/stages`;
    await upload(
      `${stages}/train/artifacts/model?path=model.txt`,
      'application/x-tar',
      await archiveOf(weights),
    );
    await api('patch', `/external-runs/${run.id}`).send({
      stage: { name: 'train', status: 'succeeded', exitCode: 0 },
    });
    await upload(
      `${stages}/evaluate/reports/predictions?path=p.jsonl`,
      'application/octet-stream',
      Buffer.from(PREDICTIONS),
    );
    const { body } = await api('post', `${stages}/evaluate/gate`).send({});
    await api('patch', `/external-runs/${run.id}`).send({
      status: 'succeeded',
    });
    return body;
  };

  it('pass as the same model where they keep the same one, and not by equal predictions alone', async () => {
    const codeOf = ({ verdict, gates }: Awaited<ReturnType<typeof build>>) => [
      verdict,
      gates[0].reason.code,
    ];
    expect(codeOf(await build('1', 'weights'))).toEqual([
      'pass',
      'gate.firstVersion',
    ]);
    expect(codeOf(await build('2', 'weights'))).toEqual([
      'pass',
      'gate.sameModel',
    ]);
    expect(codeOf(await build('3', 'other weights'))).toEqual([
      'inconclusive',
      'gate.undecidedAgainst',
    ]);
  });
});
