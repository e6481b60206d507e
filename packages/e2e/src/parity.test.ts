import { Clone } from './git';
import { Portal, until, User } from './portal';

jest.setTimeout(600_000);

interface Parity {
  history: Array<{
    metric: string;
    environment: string;
    points: Array<{ runNumber: number; value: number }>;
  }>;
}

interface RunAnswer {
  id: string;
  number: number;
  status: string;
  reason?: { text: string };
}

const ENDED = ['succeeded', 'failed', 'errored', 'cancelled'];

async function create(guest: User, template: string, name: string) {
  await guest.post('/api/scaffolder/v2/tasks', {
    templateRef: `template:default/${template}`,
    values: {
      name,
      owner: 'group:default/ml',
      host: 'portal',
      description: 'Shows what a template writes',
    },
  });
}

/** Waits for the end of a pipeline's run with this number. */
async function ended(
  guest: User,
  name: string,
  number: number,
): Promise<RunAnswer> {
  return await until(
    `run ${number} of ${name} to end`,
    async () => {
      const { items } = await guest.get<{ items: RunAnswer[] }>(
        `/api/model-ci/runs?pipeline=modelpipeline:default/${name}`,
      );
      const run = items.find(item => item.number === number);
      return run && ENDED.includes(run.status) ? run : undefined;
    },
    { seconds: 240 },
  );
}

/** The sum of the squared differences in each run, by its number. */
async function readD(guest: User, name: string): Promise<number[][]> {
  const { history } = await guest.get<Parity>(
    `/api/model-ci/pipelines/default/${name}/parity`,
  );
  const line = history.find(
    ({ metric, environment }) =>
      metric === 'parity.d' && environment === 'serving',
  );
  return (line?.points ?? []).map(({ runNumber, value }) => [runNumber, value]);
}

describe('The pipelines that the templates write', () => {
  let portal: Portal;
  let guest: User;

  beforeAll(async () => {
    portal = await Portal.create();
    await portal.start();
    guest = await User.guest(portal);
  });

  afterAll(async () => {
    await portal?.stop();
    await portal?.remove();
  });

  it('tune a classifier, and keep the parameters that were chosen with its version', async () => {
    await create(guest, 'text-classifier', 'reviews');
    expect(await ended(guest, 'reviews', 1)).toMatchObject({
      status: 'succeeded',
    });
    const { stages } = await guest.get<{
      stages: Array<{ name: string; parameters: Record<string, string> }>;
    }>('/api/model-ci/pipelines/default/reviews/versions/1/lineage');
    const trained = stages.filter(({ name }) => name === 'train');
    expect(trained).toMatchObject([
      { parameters: { PARAM_SMOOTHING: '0.5', PARAM_NGRAMS: '2' } },
    ]);
  });

  it('find no difference between two environments, until one of them rounds', async () => {
    await create(guest, 'linear-regression-model', 'house-price');
    expect(await ended(guest, 'house-price', 1)).toMatchObject({
      status: 'succeeded',
    });
    expect(await readD(guest, 'house-price')).toEqual([[1, 0]]);

    const { token } = await guest.post<{ token: string }>(
      '/api/model-ci-git/tokens',
      { name: 'parity' },
    );
    const clone = await Clone.of(portal, 'house-price', token);
    const change = async (file: string, from: string, to: string) => {
      const text = await clone.read(file);
      expect(text).toContain(from);
      await clone.write(file, text.replace(from, to));
    };
    await change(
      'model-pipeline.yaml',
      'serving: {}',
      'serving: { env: { ROUND: "0" } }',
    );
    await change(
      'src/house_price/evaluate.py',
      'predictions = [model.predict(house.size) for house in houses]',
      'predictions = [model.predict(house.size) for house in houses]\n    if "ROUND" in os.environ:\n        predictions = [float(round(prediction)) for prediction in predictions]',
    );
    await clone.push('Round where it serves');
    const rounded = await ended(guest, 'house-price', 2);
    expect(rounded).toMatchObject({ status: 'failed' });
    expect(rounded.reason?.text).toContain('parity');
    const [, [run, d]] = await readD(guest, 'house-price');
    expect(run).toBe(2);
    expect(d).toBeGreaterThan(1e-6);
  });
});
