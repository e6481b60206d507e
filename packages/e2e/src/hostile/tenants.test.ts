import type { User } from '../portal';
import {
  catalogInfo,
  type EndedRun,
  endOf,
  HostilePortal,
  startRun,
} from './HostilePortal';

jest.setTimeout(240_000);

const RED = 'group:default/red';
const DEFINITION = `
version: 1
stages:
  train:
    run: echo secret of the red team && mkdir model && echo weights > model/weights.txt
    artifacts: { model: model/ }
`;

describe('Teams are kept apart', () => {
  let hostile: HostilePortal;
  let alice: User;
  let run: EndedRun;

  beforeAll(async () => {
    hostile = await HostilePortal.start();
    await hostile.project('alice', {
      name: 'red-model',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'red-model', owner: RED }),
        'model-pipeline.yaml': DEFINITION,
      },
    });
    alice = await hostile.signIn('alice');
    run = await endOf(alice, await startRun(alice, 'red-model'));
  });

  afterAll(async () => {
    await hostile?.stop();
  });

  it('shows its run to its own team', async () => {
    expect([run.status, run.reason]).toEqual(['succeeded', undefined]);
    expect(
      await alice.text(`/api/model-ci/runs/${run.id}/stages/train/logs`),
    ).toContain('secret of the red team');
  });

  it.each(['bob', 'nobody'] as const)(
    'shows and does nothing of it for %s',
    async name => {
      const stranger = await hostile.signIn(name);
      const { items } = await alice.get<{ items: Array<{ digest: string }> }>(
        `/api/model-ci/runs/${run.id}/artifacts`,
      );
      const model = '/api/model-ci/pipelines/default/red-model';
      const attempts: Array<[string, string, object?]> = [
        ['GET', `/api/model-ci/runs/${run.id}`],
        ['GET', `/api/model-ci/runs/${run.id}/artifacts`],
        ['GET', `/api/model-ci/runs/${run.id}/stages/train/logs`],
        ['GET', `/api/model-ci/runs/${run.id}/stages/train/tests`],
        ['GET', `/api/model-ci/artifacts/${items[0].digest}`],
        ['POST', `/api/model-ci/runs/${run.id}/cancel`, {}],
        ['POST', `/api/model-ci/runs/${run.id}/retry`, {}],
        ['GET', model],
        ['GET', `${model}/versions`],
        ['GET', `${model}/evaluations`],
        ['POST', `${model}/runs`, {}],
        [
          'POST',
          `${model}/deployments`,
          { version: 1, environment: 'staging' },
        ],
        ['PUT', `${model}/aliases/champion`, { version: 1 }],
        ['POST', '/api/model-ci/endpoints/staging/default/red-model/predict'],
        ['GET', '/api/model-ci-git/repositories/red-model'],
        ['GET', '/api/model-ci-git/repositories/red-model/commits'],
      ];
      for (const [method, path, body] of attempts) {
        const { status } = await stranger.fetch(method, path, body);
        expect([method, path, [403, 404].includes(status)]).toEqual([
          method,
          path,
          true,
        ]);
      }
    },
  );
});
