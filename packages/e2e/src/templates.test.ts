import { describeWith } from './engines';
import { Portal, until, User } from './portal';
import { missingTools } from './python';

jest.setTimeout(600_000);

interface Stage {
  name: string;
  status: string;
}

interface Run {
  id: string;
  status: string;
}

/** What each template needs, and how the one who made a project of it uses the first version. */
const TEMPLATES = {
  'diagnosis-classifier': {
    description: 'Says how likely a biopsy is malignant',
    request: {
      ...{ radius: 8.4, texture: 21.5, irregularity: 0.31, concavity: 0.17 },
      ...{
        symmetry: 0.75,
        grooves: 0.32,
        nucleus_share: 0.49,
        chromatin: 0.45,
      },
    },
    answer: {
      call: 'malignant',
      probability: expect.any(Number),
      threshold: expect.any(Number),
    },
  },
  'credit-scoring': {
    description: 'Says how likely a loan defaults',
    request: {
      ...{ income: 1200, debt_ratio: 0.9, utilisation: 0.95 },
      ...{ late_payments: 5, employment_years: 1, amount: 12000 },
      ...{ term_months: 60, purpose: 'other' },
    },
    answer: {
      decision: 'decline',
      probability: expect.any(Number),
      reasons: expect.arrayContaining([
        expect.objectContaining({ feature: 'late_payments' }),
      ]),
    },
  },
  'quality-inspection': {
    description: 'Finds scratched parts',
    // Dark rows and columns of an even grey
    request: {
      pixels: `${'7878787887878787'.repeat(
        3,
      )}${'7787222222228787'}${'7878787887878787'.repeat(12)}`,
    },
    answer: { decision: 'reject', probability: expect.any(Number) },
  },
};

describeWith(missingTools())('Templates that need packages', () => {
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

  /** The first run of the model, at its end. */
  const firstRun = (model: string) =>
    until(
      `the first run of ${model}`,
      async () => {
        const { items } = await guest.get<{ items: Run[] }>(
          `/api/model-ci/runs?pipeline=modelpipeline:default/${model}`,
        );
        return items.find(({ status }) =>
          ['succeeded', 'failed', 'canceled', 'waiting'].includes(status),
        );
      },
      { seconds: 300 },
    );

  /** Throws with the end of the log of what failed. */
  async function demandSuccess({ id, status }: Run): Promise<void> {
    const { stages, ...run } = await guest.get<{ stages: Stage[] }>(
      `/api/model-ci/runs/${id}`,
    );
    const failed = stages.find(stage => stage.status === 'failed');
    if (status !== 'succeeded') {
      throw new Error(JSON.stringify(failed ?? run));
    }
  }

  it.each(Object.entries(TEMPLATES))(
    '%s is created, runs, is deployed and answers',
    async (template, { description, request, answer }) => {
      await guest.post('/api/scaffolder/v2/tasks', {
        templateRef: `template:default/${template}`,
        values: {
          ...{ name: template, owner: 'group:default/ml', host: 'portal' },
          description,
        },
      });
      await demandSuccess(await firstRun(template));
      const { id } = await guest.post<{ id: string }>(
        `/api/model-ci/pipelines/default/${template}/deployments`,
        { version: 1, environment: 'staging' },
      );
      await until(
        `${template} to serve`,
        async () => {
          const { status } = await guest.get<{ status: string }>(
            `/api/model-ci/deployments/${id}`,
          );
          return status === 'serving' || undefined;
        },
        { seconds: 60 },
      );
      await expect(
        guest.post(
          `/api/model-ci/endpoints/staging/default/${template}/predict`,
          request,
        ),
      ).resolves.toEqual(answer);
    },
  );
});
