import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import { entityFile, HEAD } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PIPELINE = '/api/model-ci/pipelines/default/mine';
const DEFINITION = `version: 1
parameters:
  epochs: { type: integer, title: Passes, default: 10, min: 1, max: 100 }
  size: { type: enum, values: [small, large] }
stages:
  train: { run: 'true', image: busybox }
`;

describe.each(databases.ids)('parameters over HTTP on %s', id => {
  let portal: TestPortal;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id), files });
  }, 60_000);

  afterAll(() => portal?.stop());

  beforeEach(() => {
    portal.policy.reset();
    portal.codeHost.broken = false;
    files['catalog-info.yaml'] = entityFile('mine');
    files['model-pipeline.yaml'] = DEFINITION;
  });

  const start = (parameters?: object) =>
    request(portal.server).post(`${PIPELINE}/runs`).send({ parameters });
  const read = (query = {}) =>
    request(portal.server).get(`${PIPELINE}/parameters`).query(query);

  it('shows what a run of a ref can be given', async () => {
    const { status, body } = await read({ ref: 'main' });
    expect([status, body]).toEqual([
      200,
      {
        commit: HEAD,
        parameters: {
          epochs: {
            type: 'integer',
            title: 'Passes',
            default: 10,
            min: 1,
            max: 100,
          },
          size: { type: 'enum', values: ['small', 'large'] },
        },
        definitionErrors: [],
      },
    ]);
  });

  it('shows what is wrong with a definition instead', async () => {
    files['model-pipeline.yaml'] = 'version: 2\n';
    const { body } = await read();
    expect(body.parameters).toEqual({});
    expect(body.definitionErrors).toContainEqual(
      expect.objectContaining({ path: 'version' }),
    );
  });

  it('knows no ref that the code host does not have, and says so while it is away', async () => {
    const { status, body } = await read({ ref: 'nope' });
    expect(status).toBe(400);
    expect(body.error.message).toContain("Invalid query: 'ref'");
    portal.codeHost.broken = true;
    expect((await read({ ref: 'main' })).status).toBe(503);
  });

  it('shows the form to nobody who may not run the pipeline', async () => {
    portal.policy.denied = ['model-ci.pipeline.run'];
    expect((await read()).status).toBe(403);
  });

  it('starts a run with what was given, and shows it', async () => {
    const { status, body } = await start({ size: 'large', epochs: 3 });
    expect(status).toBe(201);
    const run = await request(portal.server).get(
      `/api/model-ci/runs/${body.id}`,
    );
    expect(run.body.parameters).toEqual({ size: 'large', epochs: 3 });
  });

  it.each([
    [undefined, ["Parameter 'size' has no default; give it a value"]],
    [{ size: 'huge' }, ["Parameter 'size' must be one of: small, large"]],
    [
      { size: 'small', epochs: 0, epoch: 1 },
      [
        "Parameter 'epochs' must be at least 1",
        "Parameter 'epoch' is no parameter of this pipeline; did you mean 'epochs'?",
      ],
    ],
  ])(
    'refuses %j, and says of each what would be right',
    async (given, said) => {
      const { status, body } = await start(given);
      expect([status, body.error?.name]).toEqual([400, 'InputError']);
      said.forEach(line => expect(body.error.message).toContain(line));
      expect(portal.audit.at(-1)).toMatchObject({ outcome: 'failure' });
    },
  );

  it.each([
    [{ size: { a: 1 } }, 'must be a number, true or false, or a text'],
    [{ size: 'x'.repeat(1001) }, 'must have at most 1000 characters'],
    [
      Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`p${i}`, 1])),
      'must have at most 32 parameters',
    ],
    [[1], 'must be'],
  ])('refuses %.60j before it looks at the definition', async (given, said) => {
    const { status, body } = await start(given);
    expect(status).toBe(400);
    expect(body.error.message).toContain(said);
  });

  it('starts a run of an invalid definition, which shows its errors', async () => {
    files['model-pipeline.yaml'] = 'version: 2\n';
    expect((await start()).status).toBe(201);
  });
});
