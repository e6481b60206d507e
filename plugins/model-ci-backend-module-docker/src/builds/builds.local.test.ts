import {
  attempt,
  eventually,
  part,
  readLog,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import Docker from 'dockerode';
import type { EngineConfig } from '../config';
import { DockerExecutor } from '../DockerExecutor';
import { Engines } from '../Engines';
import { describeWithDocker, localEngine } from '../testing/localEngine';

jest.setTimeout(60_000);

const never = new AbortController().signal;

describeWithDocker('builds of images on the local engine', () => {
  const docker = new Docker();
  const all: Engines[] = [];

  const create = (rest: Partial<EngineConfig> = {}) => {
    const engines = new Engines([localEngine(rest)]);
    all.push(engines);
    return new DockerExecutor(engines);
  };

  const under = (executor: DockerExecutor): ExecutorUnderTest => ({
    executor,
    recreate: async () => create(),
    node: 'docker-local',
    image: 'busybox:latest',
    removeBehind: async () => {},
    remains: async () => [],
  });

  /** An attempt that builds what these files say. */
  const buildOf = (
    executor: DockerExecutor,
    files: Record<string, string>,
    build: Partial<AttemptSpec['build']> = {},
    rest: Partial<AttemptSpec> = {},
  ): AttemptSpec => ({
    ...attempt(under(executor), ''),
    build: { context: '.', dockerfile: 'Dockerfile', args: {}, ...build },
    workspace: [part('.', files)],
    network: 'none',
    ...rest,
  });

  const built: string[] = [];
  const run = async (executor: DockerExecutor, spec: AttemptSpec) => {
    const handle = await executor.submit(spec);
    const log = readLog(executor, handle);
    const outcome = await executor.observe(handle, never);
    const result = await executor.built(handle);
    if (result?.type === 'image') {
      built.push(result.image.id);
    }
    return { handle, outcome, result, log: String(await log) };
  };

  afterAll(async () => {
    for (const id of built) {
      await docker
        .getImage(id)
        .remove({ force: true })
        .catch(() => {});
    }
    await Promise.all(all.map(engines => engines.dispose()));
  });

  it('builds, reports the digest, and runs what it has built', async () => {
    const executor = create();
    const spec = buildOf(
      executor,
      {
        'app/Dockerfile':
          'ARG BASE=nothing\nFROM $BASE\nARG GREETING\nCOPY . /app\nRUN echo "$GREETING" >/said; ls /app; id -u\n',
        'app/.dockerignore': 'secret*\n',
        'app/model.json': '{}',
        'app/secret.txt': 'x',
        'other.txt': 'y',
      },
      {
        context: 'app',
        args: { BASE: 'busybox:latest', GREETING: `hello ${Date.now()}` },
        tag: 'v1',
      },
    );
    const { handle, outcome, result, log } = await run(executor, spec);
    expect({ outcome, log }).toEqual({
      outcome: { type: 'exited', exitCode: 0 },
      log: expect.stringMatching(
        /^Step 1\/5 : ARG BASE=nothing\n[^]*\nDockerfile\nmodel\.json\n0\n[^]*Successfully built/,
      ),
    });
    expect(result).toEqual({
      type: 'image',
      image: {
        id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        executor: 'docker',
        node: 'docker-local',
      },
    });
    expect(await executor.imageOf(handle)).toBeUndefined();
    const { Id } = await docker
      .getImage('model-ci/built/default/contract:v1')
      .inspect();
    expect(result).toMatchObject({ image: { id: Id } });
    await executor.cleanup(handle, { keepsImage: true });
    await expect(executor.built(handle)).resolves.toBeUndefined();

    const inside = await run(
      executor,
      attempt(under(executor), 'cat /said; ls /app', {
        image: Id,
        imageIsBuilt: true,
      }),
    );
    await expect(
      executor.submit(attempt(under(executor), 'true', { image: Id })),
    ).rejects.toThrow('is an id');
    await expect(
      executor.submit(
        attempt(under(executor), 'true', { image: Id.slice(7, 19) }),
      ),
    ).rejects.toThrow('is not on docker engine');
    expect(inside.log).toMatch(/^hello \d+\nDockerfile\nmodel\.json\n$/);
    await executor.cleanup(inside.handle);
  });

  it.each([
    [
      'FROM busybox:latest\n\n# why\nRUN echo before && \\\n  false\nRUN true\n',
      { step: 2, line: 4, instruction: 'RUN echo before &&   false' },
      'image.stepFailed',
    ],
    [
      'FROM busybox:latest\nCOPY nothing /x\n',
      { step: 2, line: 2, instruction: 'COPY nothing /x' },
      'image.stepFailed',
    ],
    [
      'FROM busybox:latest\n\nRNU true\n',
      { line: 3, instruction: 'RNU true' },
      'image.dockerfileInvalid',
    ],
    [
      'FROM busybox:latest\nADD http://127.0.0.1/x /x\n',
      { error: expect.stringContaining('Dockerfile, line 2: ADD may name') },
      'image.refused',
    ],
    [
      'FROM nowhere.example/none:1\n',
      {
        error: expect.stringContaining(
          "Image 'nowhere.example/none:1' is not on",
        ),
      },
      'image.refused',
    ],
    [
      'FROM 15dc6\n',
      { error: expect.stringContaining('of an id') },
      'image.refused',
    ],
    ['FROM $UNKNOWN\n', { line: 1 }, 'image.baseUnknown'],
  ])('shows where %j fails', async (dockerfile, parameters, code) => {
    const executor = create();
    const spec = buildOf(executor, { Dockerfile: dockerfile });
    const { handle, outcome, result, log } = await run(executor, spec);
    expect(outcome).toEqual({ type: 'exited', exitCode: 1 });
    expect(result).toMatchObject({
      type: 'failed',
      reason: { code, parameters },
    });
    const { reason } = result as { reason: { text: string } };
    expect(log.endsWith(`${reason.text}\n`)).toBe(true);
    await executor.cleanup(handle);
  });

  it('refuses links that lead out of the context, too much, and a workspace without a Dockerfile', async () => {
    const executor = create({ maxContextBytes: 100 });
    const large = await run(
      executor,
      buildOf(executor, {
        Dockerfile: 'FROM busybox:latest\n',
        model: 'x'.repeat(200),
      }),
    );
    expect(large.result).toMatchObject({
      reason: { text: expect.stringContaining('more than 100 bytes') },
    });
    const none = await run(executor, buildOf(executor, { a: 'x' }));
    expect(none.result).toMatchObject({
      reason: { code: 'image.noDockerfile' },
    });
    await Promise.all(
      [large, none].map(({ handle }) => executor.cleanup(handle)),
    );
  });

  it('goes on after a restart under the same attempt, each step in the log once', async () => {
    const first = create();
    const spec = buildOf(first, {
      Dockerfile: `FROM busybox:latest\nRUN echo one ${Date.now()}\nRUN echo two; i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done; echo three\n`,
    });
    const handle = await first.submit(spec);
    const killed = new AbortController();
    const observed = first.observe(handle, killed.signal);
    let seen = '';
    for await (const { data } of first.readLogs(handle, 0, never)) {
      seen += data;
      if (seen.includes('\ntwo\n')) {
        break;
      }
    }
    killed.abort();
    await expect(observed).rejects.toMatchObject({ name: 'AbortError' });

    const second = create();
    const outcome = await second.observe(handle, never);
    const whole = String(await readLog(second, handle));
    expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
    expect(whole.startsWith(seen)).toBe(true);
    expect(whole.match(/^one /gm)).toHaveLength(1);
    expect(whole.match(/Step 2\/3/g)).toHaveLength(1);
    expect(whole).toContain('The build was interrupted, and goes on');
    expect(whole).toContain('\nthree\n');
    const result = await second.built(handle);
    built.push(...(result?.type === 'image' ? [result.image.id] : []));
    await second.cleanup(handle);
  });

  it('takes nothing of other pipelines by what its base image has it do', async () => {
    const executor = create();
    const base = buildOf(
      executor,
      {
        Dockerfile:
          'FROM busybox:latest\nONBUILD COPY --from=model-ci/built/default/other / /other\n',
      },
      { tag: 'triggers' },
    );
    const made = await run(executor, base);
    await executor.cleanup(made.handle, { keepsImage: true });
    const { handle, result } = await run(
      executor,
      buildOf(executor, {
        Dockerfile: 'FROM model-ci/built/default/contract:triggers\n',
      }),
    );
    await executor.cleanup(handle);
    expect(result).toMatchObject({
      type: 'failed',
      reason: {
        code: 'image.refused',
        parameters: {
          error: expect.stringContaining('is of another pipeline'),
        },
      },
    });
  });

  it('leaves no image where nobody may run it', async () => {
    const executor = create();
    const spec = buildOf(executor, {
      Dockerfile: `FROM busybox:latest\nRUN echo ${Date.now()} >/made\n`,
    });
    const { handle, result } = await run(executor, spec);
    await executor.cleanup(handle);
    const { id } = result?.type === 'image' ? result.image : { id: '' };
    await expect(docker.getImage(id).inspect()).rejects.toMatchObject({
      statusCode: 404,
    });
    await executor.cleanup(handle);
  });

  it('is the fault of the platform where something else ends it', async () => {
    const executor = create();
    const spec = buildOf(executor, {
      Dockerfile: 'FROM busybox:latest\nRUN echo begun; sleep 60\n',
    });
    const handle = await executor.submit(spec);
    const observed = executor.observe(handle, never);
    for await (const { data } of executor.readLogs(handle, 0, never)) {
      if (String(data).includes('begun')) {
        break;
      }
    }
    // As by a restart of the engine
    await docker.getContainer(String(handle.containerId)).kill();
    expect(await observed).toEqual({ type: 'exited', exitCode: 137 });
    expect(await executor.built(handle)).toMatchObject({
      type: 'errored',
      reason: {
        code: 'image.interrupted',
        parameters: { exitCode: 137, node: 'docker-local' },
      },
    });
    await executor.cleanup(handle);
  });

  it('ends by its time limit, and what it ran ends with it', async () => {
    const executor = create();
    const marker = `sleep 987${process.pid}`;
    const spec = buildOf(
      executor,
      { Dockerfile: `FROM busybox:latest\nRUN ${marker}\n` },
      {},
      { timeoutSeconds: 2 },
    );
    const handle = await executor.submit(spec);
    expect(await executor.observe(handle, never)).toEqual({
      type: 'killed',
      reason: 'timeout',
    });
    await eventually(async () => {
      const left = await docker.listContainers();
      return !left.some(({ Command }) => Command.includes(marker));
    }, 'its container is gone');
    await executor.cleanup(handle);
  });
});
