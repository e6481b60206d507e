import type {
  PipelineAliases,
  Run,
} from '@model-ci/backstage-plugin-model-ci-common';
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

async function cloneOf(portal: Portal, guest: User, name: string) {
  const { token } = await guest.post<{ token: string }>(
    '/api/model-ci-git/tokens',
    { name },
  );
  return await Clone.of(portal, name, token);
}

async function change(clone: Clone, file: string, from: string, to: string) {
  const text = await clone.read(file);
  expect(text).toContain(from);
  await clone.write(file, text.replace(from, to));
}

/** Of the gates of the evaluation: what of, the verdict, and why. */
async function readGates(guest: User, { id }: RunAnswer) {
  const { stages } = await guest.get<Run>(`/api/model-ci/runs/${id}`);
  const evaluate = stages.find(({ name }) => name === 'evaluate');
  return (evaluate?.gates ?? []).map(
    ({ metric, slice, verdict, reason: why }) => [
      [metric, slice].filter(Boolean).join(' '),
      verdict,
      why?.code,
    ],
  );
}

async function readAliases(guest: User, name: string) {
  const { aliases } = await guest.get<PipelineAliases>(
    `/api/model-ci/pipelines/default/${name}/aliases`,
  );
  return Object.fromEntries(
    aliases.map(({ alias, version }) => [alias, version]),
  );
}

/** A version is promoted right after the end of its run. */
async function untilChampion(guest: User, name: string, version: number) {
  await until(
    `version ${version} to become champion`,
    async () =>
      (await readAliases(guest, name)).champion === version || undefined,
    { seconds: 30 },
  );
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

  it('tune a classifier, keep the parameters that were chosen with its version, and compare with it', async () => {
    await create(guest, 'text-classifier', 'reviews');
    const first = await ended(guest, 'reviews', 1);
    expect(first).toMatchObject({ status: 'succeeded' });
    expect(await readGates(guest, first)).toEqual([
      ['accuracy', 'pass', 'gate.reaches'],
      ['accuracy', 'pass', 'gate.firstVersion'],
      ['accuracy strength=strong', 'pass', 'gate.reaches'],
      ['accuracy strength=weak', 'pass', 'gate.reaches'],
      ['accuracy length=long', 'pass', 'gate.reaches'],
      ['accuracy length=short', 'pass', 'gate.reaches'],
    ]);
    await untilChampion(guest, 'reviews', 1);
    const { stages } = await guest.get<{
      stages: Array<{ name: string; parameters: Record<string, string> }>;
    }>('/api/model-ci/pipelines/default/reviews/versions/1/lineage');
    const trained = stages.filter(({ name }) => name === 'train');
    expect(trained).toMatchObject([
      { parameters: { PARAM_SMOOTHING: '0.5', PARAM_NGRAMS: '2' } },
    ]);

    // An unchanged model passes by the margin alone; one that reads the last three words is worse by more than it.
    const clone = await cloneOf(portal, guest, 'reviews');
    await clone.write('README.md', 'Reviews');
    await clone.push('Say less');
    const unchanged = await ended(guest, 'reviews', 2);
    expect(unchanged).toMatchObject({ status: 'succeeded' });
    await untilChampion(guest, 'reviews', 2);
    await change(
      clone,
      'src/sentiment/model.py',
      'words = WORD.findall(text.lower())',
      'words = WORD.findall(text.lower())[-3:]',
    );
    await clone.push('Read three words');
    const worse = await ended(guest, 'reviews', 3);
    expect(worse).toMatchObject({ status: 'failed' });
    expect((await readGates(guest, worse))[1]).toEqual([
      ...['accuracy', 'fail', 'gate.worse'],
    ]);
    expect(await readAliases(guest, 'reviews')).toEqual({ champion: 2 });
  });

  it('find no difference between two environments, until one of them rounds', async () => {
    await create(guest, 'linear-regression-model', 'house-price');
    expect(await ended(guest, 'house-price', 1)).toMatchObject({
      status: 'succeeded',
    });
    expect(await readD(guest, 'house-price')).toEqual([[1, 0]]);

    const clone = await cloneOf(portal, guest, 'house-price');
    await change(
      clone,
      'model-pipeline.yaml',
      'serving: {}',
      'serving: { env: { ROUND: "0" } }',
    );
    await change(
      clone,
      'src/house_price/evaluate.py',
      'predictions = [model.predict(house.size) for house in houses]',
      'predictions = [model.predict(house.size) for house in houses]\n    import os\n    if "ROUND" in os.environ:\n        predictions = [float(round(prediction)) for prediction in predictions]',
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
