import type {
  AttemptSpec,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { ApiError } from './cluster/ApiError';
import { Clusters } from './Clusters';
import { KubernetesExecutor } from './KubernetesExecutor';
import { FakeApiServer } from './testing/FakeApiServer';

const POD = 'model-ci-a';

const spec: AttemptSpec = {
  attemptId: 'a',
  runId: 'r',
  stage: 'train',
  pipelineRef: 'modelpipeline:default/p',
  node: 'c',
  image: 'busybox',
  script: 'true',
  env: {},
  resources: {},
  network: 'default',
  workspace: [],
  maxLogBytes: 1000,
  timeoutSeconds: 10,
};

describe('a stage whose start cannot be read', () => {
  const disposals: Array<() => Promise<void>> = [];

  afterEach(async () => {
    await Promise.all(disposals.splice(0).map(dispose => dispose()));
  });

  /** Observes a pod whose containers run, and whose sidecar answers with `ask`. */
  async function observe(ask: () => string) {
    const server = new FakeApiServer();
    const warn = jest.fn();
    const clusters = new Clusters([server.config()], {
      fetch: server.fetch,
      logger: { warn },
    });
    disposals.push(() => clusters.dispose());
    jest
      .spyOn(clusters.get('c'), 'exec')
      .mockImplementation(async function* answer() {
        yield Buffer.from(ask());
        return 0;
      });
    const executor = new KubernetesExecutor(clusters);
    const handle = await executor.submit(spec);
    const containerStatuses = ['sidecar', 'stage'].map(name => ({
      name,
      state: { running: {} },
    }));
    server.change(POD, {
      spec: { nodeName: 'n1' },
      status: { phase: 'Running', containerStatuses },
    });
    const phases: Phase[] = [];
    const stop = new AbortController();
    const outcome = executor.observe(handle, stop.signal, phase =>
      phases.push(phase),
    );
    outcome.catch(() => {});
    /** Has its pod looked at until something is so. */
    const until = async (isSo: () => boolean, what: string) =>
      await eventually(
        () => {
          server.change(POD, {});
          return isSo();
        },
        what,
        4_000,
      );
    return { warn, phases, stop, outcome, until };
  }

  it('is no secret where the portal may not ask its sidecar', async () => {
    const { outcome } = await observe(() => {
      throw new ApiError(403, 'Forbidden', 'pods "a" is forbidden');
    });
    await expect(outcome).rejects.toThrow('pods "a" is forbidden');
  });

  it('goes on to be asked for, and the log says so after some failures', async () => {
    let answer = 'nothing';
    const { warn, phases, stop, outcome, until } = await observe(() => answer);
    await until(() => warn.mock.calls.length > 0, 'a warning');
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining(
        `The start of pod ${POD} cannot be read at present: Error: The sidecar's answer is not understood: nothing`,
      ),
    );
    expect(phases.map(({ type }) => type)).toEqual(['pending']);
    answer = 'started 4102444800000\n';
    await until(() => phases.length > 1, 'its start is known');
    expect(phases[1]).toEqual({
      type: 'running',
      startedAt: '2100-01-01T00:00:00.000Z',
      node: 'n1',
    });
    expect(warn).toHaveBeenCalledTimes(1);
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
  });
});
