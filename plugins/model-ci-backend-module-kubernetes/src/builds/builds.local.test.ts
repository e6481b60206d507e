import { createHash, randomUUID } from 'node:crypto';
import type { BuiltImage } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  AttemptSpec,
  Built,
  Executor,
  ServiceSpec,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  part,
  readLog,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { Clusters } from '../Clusters';
import { KubernetesExecutor } from '../KubernetesExecutor';
import { podName } from '../pods/podName';
import { allReady, ask, testService } from '../testing/testService';
import {
  create,
  describeWithKubernetes,
  IMAGE,
  kubectl,
  MACHINE,
  testbed,
  testCluster,
  whyNoBuilder,
} from '../testing/testbed';

const PORT = '15001';
const HOST = `${MACHINE}:${PORT}`;
const USER = { username: 'model-ci', password: 'very-secret' };
const ENCODED = Buffer.from(`${USER.username}:${USER.password}`).toString(
  'base64',
);
const REGISTRY = { PORT, IMG_USER: `${USER.username}:${USER.password}` };
/** Where the base image is, which comes with the pull secret of the namespace. */
const BASE = `${HOST}/base/busybox:1`;

const tests = () => {
  jest.setTimeout(120_000);

  const namespace = `model-ci-${randomUUID().slice(0, 8)}`;
  const never = new AbortController().signal;
  let clusters: Clusters;
  let executor: KubernetesExecutor;
  let transfers: TransferServer;
  const now = Date.now();
  /** What is built first, and what came of it. */
  let first: AttemptSpec;
  let firstImage: BuiltImage;

  beforeAll(async () => {
    kubectl('create', 'namespace', namespace);
    create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'registry', namespace },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: {
        '.dockerconfigjson': JSON.stringify({
          auths: { [HOST]: { ...USER, auth: ENCODED } },
        }),
      },
    });
    testbed('registry.sh', ['up'], REGISTRY);
    testbed('registry.sh', ['push', IMAGE, 'base/busybox:1'], REGISTRY);
    transfers = await TransferServer.start(MACHINE);
    clusters = new Clusters([
      testCluster(
        {
          namespace,
          pull: 'IfNotPresent',
          imagePullSecrets: ['registry'],
          imageBuilds: {
            image: 'localhost/buildkit:1',
            pull: 'Never',
            plainHttp: [HOST],
            mirrors: { 'mirrored.example': [HOST] },
          },
        },
        [{ host: HOST, push: 'models', ...USER }],
      ),
    ]);
    executor = new KubernetesExecutor(clusters);
  });

  afterAll(async () => {
    await clusters?.dispose();
    await transfers?.stop();
    testbed('registry.sh', ['down'], REGISTRY);
    kubectl('delete', 'namespace', namespace, '--wait=false');
  });

  const specOf = (script: string, rest: Partial<AttemptSpec>): AttemptSpec =>
    attempt(
      {
        executor: executor as Executor,
        recreate: async () => executor,
        node: 'testbed',
        image: IMAGE,
        cpus: 0.1,
        transfers,
        removeBehind: async () => {},
        remains: async () => [],
      },
      script,
      rest,
    );

  async function run(spec: AttemptSpec) {
    const handle = await executor.submit(spec);
    const log = readLog(executor, handle);
    const outcome = await executor.observe(handle, never);
    const built = await executor.built(handle);
    const image = await executor.imageOf(handle);
    const text = String(await log);
    await executor.cleanup(handle);
    return { outcome, built, image, log: text };
  }

  const buildOf = (
    files: Parameters<typeof part>[1],
    build: Partial<AttemptSpec['build']> = {},
    rest: Partial<AttemptSpec> = {},
  ) =>
    specOf('', {
      image: undefined,
      build: { context: '.', dockerfile: 'Dockerfile', args: {}, ...build },
      workspace: [part('.', files)],
      resources: { cpus: 0.5, memoryBytes: 512 * 2 ** 20 },
      ...rest,
    });

  async function serve(rest: Partial<ServiceSpec>) {
    const { services } = executor;
    const handle = await services.start(
      testService(transfers, { pipelineRef: first.pipelineRef, ...rest }),
    );
    await allReady(services, handle);
    const answer = await ask(services, handle, '/model.json');
    await services.stop(handle);
    return answer;
  }

  const imageOf = (built: Built | undefined) => {
    if (built?.type !== 'image') {
      throw new Error(`There is no image: ${JSON.stringify(built)}`);
    }
    return built.image;
  };

  it('streams the log, reports the digest, and shows credentials to nobody', async () => {
    const pry =
      'cat /model-ci/builder/* /model-ci/pull/*/* /proc/*/environ /proc/*/root/model-ci/builder/*; env; id -u';
    first = buildOf(
      {
        'app/Dockerfile': `ARG BASE=nothing
FROM $BASE
ARG GREETING
RUN echo "$GREETING" >/said; echo begun; i=0; while [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done; echo over
RUN ${pry}
COPY . /app
RUN ls /app
`,
        'app/.dockerignore': 'secret*\n',
        'app/model.json': '{}',
        'app/secret.txt': 'x',
        'other.txt': 'y',
      },
      {
        context: 'app',
        args: { BASE, GREETING: `hello ${now}` },
        tag: 'v1',
      },
      { env: { MODEL_CI_BRANCH: 'main' } },
    );
    const handle = await executor.submit(first);
    const observed = executor.observe(handle, never);
    let seen = '';
    let wasRunning = false;
    for await (const { data } of executor.readLogs(handle, 0, never)) {
      seen += data;
      if (!wasRunning && /^#\d+ [\d.]+ begun$/m.test(seen)) {
        wasRunning = !/^#\d+ [\d.]+ over$/m.test(seen);
      }
    }
    expect({ outcome: await observed, seen }).toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      seen: expect.stringMatching(/^#\d+ [\d.]+ model\.json$/m),
    });
    expect(wasRunning).toBe(true);
    expect(seen).not.toMatch(/ secret\.txt$/m);
    expect(seen).toMatch(/^#\d+ [\d.]+ 0$/m);
    expect(seen).toMatch(/environ.*Permission denied$/m);
    firstImage = imageOf(await executor.built(handle));
    expect(firstImage).toEqual({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      reference: `${HOST}/models/default/contract@${firstImage.id}`,
      executor: 'kubernetes',
    });
    const pod = kubectl(
      ...['-n', namespace, 'get', 'pod', '-o', 'json'],
      podName(first.attemptId),
    );
    for (const text of [seen, pod]) {
      expect(text).not.toContain(USER.password);
      expect(text).not.toContain(ENCODED);
    }
    await executor.cleanup(handle);
    expect(
      kubectl('-n', namespace, 'get', 'secrets', '-o', 'name'),
    ).not.toContain(podName(first.attemptId));
  });

  it('takes layers of the build before on its branch, and runs what was built by its digest, as a stage and as a service', async () => {
    await expect(
      executor.submit(specOf('true', { image: firstImage.id })),
    ).rejects.toThrow('is an id');
    const [again, inside, answer] = await Promise.all([
      run({ ...first, attemptId: randomUUID() }),
      run(
        specOf('cat /said; ls /app', {
          image: firstImage.reference,
          resources: { cpus: 0.1, memoryBytes: 64 * 2 ** 20 },
        }),
      ),
      serve({
        image: firstImage.reference,
        script: 'exec httpd -f -p $PORT -h /app',
        health: '/model.json',
      }),
    ]);
    expect(inside.log).toBe(`hello ${now}\nDockerfile\nmodel.json\n`);
    expect(inside.image).toMatchObject({ reference: firstImage.reference });
    expect(answer).toEqual({ status: 200, body: '{}' });
    expect(again.log.match(/^#\d+ CACHED$/gm)).toHaveLength(4);
    expect(imageOf(again.built).reference).toMatch(/@sha256:/);
    const elsewhere = await run({
      ...first,
      attemptId: randomUUID(),
      env: { MODEL_CI_BRANCH: 'other' },
    });
    expect(elsewhere.outcome).toEqual({ type: 'exited', exitCode: 0 });
    expect(elsewhere.log).not.toMatch(/^#\d+ CACHED$/m);
  });

  it.each([
    [
      `FROM ${BASE}\n\n# why\nRUN echo before && \\\n  false\nRUN true\n`,
      'image.stepFailed',
      { step: 2, line: 4, instruction: 'RUN echo before && false' },
    ],
    [
      `FROM ${BASE}\n\nRNU true\n`,
      'image.dockerfileInvalid',
      { line: 3, instruction: 'RNU true' },
    ],
    [
      `FROM ${HOST}/models/default/other:1\n`,
      'image.otherPipelines',
      { image: `${HOST}/models/default/other:1` },
    ],
    [
      `FROM ${BASE}\nCOPY --from=mirrored.example/models/default/other:1 / /x\n`,
      'image.otherPipelines',
      { image: 'mirrored.example/models/default/other:1' },
    ],
  ])('shows where %j fails', async (dockerfile, code, parameters) => {
    const { outcome, built, log } = await run(
      buildOf({ Dockerfile: dockerfile }),
    );
    expect({ outcome, built, log }).toEqual({
      outcome: { type: 'exited', exitCode: 1 },
      built: {
        type: 'failed',
        reason: expect.objectContaining({
          code,
          parameters: expect.objectContaining(parameters),
        }),
      },
      log: expect.any(String),
    });
  });

  it('has no network where the stage has none', async () => {
    const [offline, fetching] = await Promise.all(
      ['RUN tail -n +3 /proc/net/dev', `ADD http://${HOST}/v2/ /x`].map(
        async line =>
          await run(
            buildOf(
              { Dockerfile: `FROM ${BASE}\n${line}\n` },
              {},
              { network: 'none' },
            ),
          ),
      ),
    );
    expect(offline.outcome).toEqual({ type: 'exited', exitCode: 0 });
    expect(offline.log.match(/^#\d+ [\d.]+ +\w+:/gm)).toEqual([
      expect.stringMatching(/ lo:$/),
    ]);
    expect(fetching.built).toMatchObject({
      reason: {
        code: 'image.noNetwork',
        parameters: { source: `http://${HOST}/v2/` },
      },
    });
  });

  it('gives secrets to the commands that mount them, and leaves none in the image', async () => {
    const value = 'a-secret of "3" $words';
    const { built, log } = await run(
      buildOf(
        {
          Dockerfile: [
            `FROM ${BASE}`,
            'RUN --mount=type=secret,id=TOKEN sha256sum /run/secrets/TOKEN | cut -c1-64 > /sum',
            'RUN [ -z "$TOKEN" ] && [ ! -e /run/secrets/TOKEN ] && echo not given',
            '',
          ].join('\n'),
        },
        {},
        { secrets: { TOKEN: value } },
      ),
    );
    expect(log).toMatch(/^#\d+ [\d.]+ not given$/m);
    const inside = await run(
      specOf('cat /sum; env; ls /run/secrets 2>&1 || :', {
        image: imageOf(built).reference,
        resources: { cpus: 0.1, memoryBytes: 64 * 2 ** 20 },
      }),
    );
    const sum = createHash('sha256').update(value).digest('hex');
    expect(inside.log).toContain(sum);
    expect(inside.log).not.toContain('TOKEN');
    expect(inside.log + log + JSON.stringify(built)).not.toContain('a-secret');
  });

  it('follows no link to what the builder alone may read', async () => {
    const [through, file] = await Promise.all([
      run(
        buildOf(
          { 'links/context': { link: '/model-ci/builder' } },
          { context: 'links/context', dockerfile: 'config.json' },
        ),
      ),
      run(buildOf({ Dockerfile: { link: '/model-ci/builder/config.json' } })),
    ]);
    expect(through.built).toMatchObject({
      reason: {
        code: 'image.contextEscapes',
        parameters: { folder: 'links/context' },
      },
    });
    expect(file.built).toMatchObject({
      reason: { code: 'image.noDockerfile' },
    });
    expect(through.log + file.log).not.toContain(ENCODED);
  });
};

describeWithKubernetes('builds of images in a cluster', tests, whyNoBuilder);
