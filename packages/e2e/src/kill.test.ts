import { Clone } from './git';
import { describeWith, missingDocker } from './engines';
import { Portal, until, User } from './portal';

jest.setTimeout(300_000);

const LINES = 120;

/** Says a numbered line every tenth of a second. */
function count(): string {
  return `i=1; while [ $i -le ${LINES} ]; do echo "line $i"; i=$((i+1)); sleep 0.1; done`;
}

const catalogInfo = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: counting }
spec: { type: ai-model, lifecycle: experimental, owner: group:default/ml }
---
apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata: { name: counting }
spec:
  type: training
  lifecycle: experimental
  owner: group:default/ml
  model: component:default/counting
  definition: { $yaml: ./model-pipeline.yaml }
`;

const definition = `
version: 1
stages:
  in-a-process:
    executor: process
    run: '${count()}'
  in-a-container:
    executor: docker
    image: busybox
    run: '${count()}'
`;

interface RunAnswer {
  id: string;
  status: string;
  reason?: string;
  stages: Array<{
    name: string;
    status: string;
    attempts: Array<{ number: number; status: string; logSize: number }>;
  }>;
}

interface Ended {
  status: string;
  reason?: string;
  /** Numbers of their attempts, and the log of the last one. */
  stages: Array<{ attempts: number[]; log: string }>;
}

/** How a run ends whose backend is killed while it runs a process and a container, and is started again. */
async function killUnderWay(portal: Portal): Promise<Ended> {
  try {
    await portal.start();
    let guest = await User.guest(portal);
    await guest.post('/api/model-ci-git/repositories', {
      name: 'counting',
      owner: 'group:default/ml',
    });
    const { token } = await guest.post<{ token: string }>(
      '/api/model-ci-git/tokens',
      { name: 'kill test' },
    );
    const clone = await Clone.of(portal, 'counting', token);
    await clone.git('checkout', '-B', 'main');
    await clone.write('catalog-info.yaml', catalogInfo);
    await clone.write('model-pipeline.yaml', definition);
    await clone.push('Count');
    await guest.post('/api/catalog/locations', {
      type: 'url',
      target: `${portal.url}/api/model-ci-git/counting.git/raw/main/catalog-info.yaml`,
    });
    const { id } = await until(
      'the pipeline to be known',
      () =>
        guest.post<RunAnswer>(
          '/api/model-ci/pipelines/default/counting/runs',
          {},
        ),
      { seconds: 60 },
    );

    await until(
      'both stages to write lines',
      async () => {
        const run = await guest.get<RunAnswer>(`/api/model-ci/runs/${id}`);
        return (
          (run.stages.length === 2 &&
            run.stages.every(stage =>
              stage.attempts.some(
                attempt =>
                  attempt.status === 'running' && attempt.logSize > 200,
              ),
            )) ||
          undefined
        );
      },
      { seconds: 60 },
    );
    await portal.kill();
    await portal.start();
    guest = await User.guest(portal);

    const ended = await until(
      'the run to end',
      async () => {
        const run = await guest.get<RunAnswer>(`/api/model-ci/runs/${id}`);
        return ['queued', 'running'].includes(run.status) ? undefined : run;
      },
      { seconds: 120 },
    );
    const stages = await Promise.all(
      ended.stages.map(async stage => ({
        attempts: stage.attempts.map(attempt => attempt.number),
        log: await guest.text(
          `/api/model-ci/runs/${id}/stages/${stage.name}/logs`,
        ),
      })),
    );
    return { status: ended.status, reason: ended.reason, stages };
  } catch (error) {
    throw new Error(`${error}\n\nEnd of the log: ${await portal.tail()}`, {
      cause: error,
    });
  } finally {
    await portal.stop();
    await portal.remove();
  }
}

/** Both its process and its container ran once, and no line of their logs is lost or doubled. */
const finishedOnce: Ended = {
  status: 'succeeded',
  reason: undefined,
  stages: Array.from({ length: 2 }, () => ({
    attempts: [1],
    log: [
      `##[model-ci.command 1/1] ${count()}\n`,
      ...Array.from({ length: LINES }, (_, index) => `line ${index + 1}\n`),
    ].join(''),
  })),
};

describeWith(missingDocker('busybox'))('A backend that is killed', () => {
  it('finishes everything once, with every line of the logs', async () => {
    const portal = await Portal.create();
    expect(await killUnderWay(portal)).toEqual(finishedOnce);
  });
});
