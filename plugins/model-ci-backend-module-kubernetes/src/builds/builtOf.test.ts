import { builtOf } from './builtOf';

const REPOSITORY = 'registry.example:5000/models/default/price';
const build = {
  file: 'app/Dockerfile',
  folder: 'app',
  repositories: [REPOSITORY],
};
const DIGEST = `sha256:${'0a'.repeat(32)}`;

const reasonOf = (message: string) => {
  const built = builtOf(message, build, 'gpu');
  return built?.type === 'image' ? built : built?.reason;
};

describe('how a build has ended', () => {
  it('is the digest that the builder has left, in the first registry', () => {
    expect(builtOf(`built ${DIGEST}\n`, build, 'gpu')).toEqual({
      type: 'image',
      image: {
        id: DIGEST,
        reference: `${REPOSITORY}@${DIGEST}`,
        executor: 'kubernetes',
      },
    });
  });

  it.each([
    '',
    'built \n',
    'built sha256:short\n',
    `built ${DIGEST}\nbuilt ${DIGEST}\n`,
    `built ${DIGEST}@evil.example/x`,
    `x built ${DIGEST}\n`,
    'anything else',
  ])('is not known by %j', message => {
    expect(builtOf(message, build, 'gpu')).toBeUndefined();
  });

  it('shows the line of the command that failed, and the step', () => {
    const message = `failed
#5 [2/3] RUN echo before &&   false
#5 0.166 before
#5 0.170 error: of the command itself
#5 ERROR: process "/bin/sh -c echo before &&   false" did not complete successfully: exit code: 1
------
 > [2/3] RUN echo before &&   false:
0.166 before
------
Dockerfile:4
--------------------
   2 |     
   3 |     # why
   4 | >>> RUN echo before && \\
   5 | >>>   false
   6 |     RUN true
--------------------
error: failed to solve: process "/bin/sh -c echo before &&   false" did not complete successfully: exit code: 1
`;
    expect(reasonOf(message)).toMatchObject({
      code: 'image.stepFailed',
      parameters: {
        step: 2,
        file: 'app/Dockerfile',
        line: 4,
        instruction: 'RUN echo before && false',
        error:
          'process "/bin/sh -c echo before &&   false" did not complete successfully: exit code: 1',
      },
    });
  });

  it('shows the line that cannot be read', () => {
    const message = `failed
#1 DONE 0.1s
Dockerfile:3
--------------------
   1 |     FROM busybox:latest
   2 |     
   3 | >>> RNU true
   4 |     
--------------------
error: failed to solve: dockerfile parse error on line 3: unknown instruction: RNU (did you mean RUN?)
`;
    expect(reasonOf(message)).toMatchObject({
      code: 'image.dockerfileInvalid',
      parameters: {
        line: 3,
        instruction: 'RNU true',
        error: 'unknown instruction: RNU (did you mean RUN?)',
      },
    });
  });

  it('shows the line whose image cannot be had', () => {
    const message = `failed
------
 > [internal] load metadata for nowhere.example/none:1:
------
Dockerfile:1
--------------------
   1 | >>> FROM nowhere.example/none:1
   2 |     
--------------------
error: failed to solve: nowhere.example/none:1: failed to resolve source metadata for nowhere.example/none:1: not found
`;
    expect(reasonOf(message)).toMatchObject({
      code: 'image.lineFailed',
      parameters: { line: 1, instruction: 'FROM nowhere.example/none:1' },
    });
  });

  it.each([
    [
      'error: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory',
      'image.noDockerfile',
      { file: 'app/Dockerfile' },
    ],
    [
      `error: failed to solve: failed to push ${REPOSITORY}:a: authorization failed: no basic auth credentials`,
      'image.notPushed',
      {
        registry: 'registry.example:5000',
        error: 'authorization failed: no basic auth credentials',
      },
    ],
    [
      'error: failed to solve: source "docker-image://registry.example:5000/models/default/other:1" denied by policy: source denied by policy',
      'image.otherPipelines',
      { image: 'registry.example:5000/models/default/other:1' },
    ],
    [
      'error: failed to solve: source "docker-image+blob://registry.example:5000/models/default/other:1" denied by policy: source denied by policy',
      'image.otherPipelines',
      { image: 'registry.example:5000/models/default/other:1' },
    ],
    [
      'error: failed to solve: source "https://evil.example/x" denied by policy: source denied by policy',
      'image.noNetwork',
      { source: 'https://evil.example/x' },
    ],
    [
      'error: failed to solve: failed to compute cache key: "/no space left on device": not found',
      'image.failed',
      {},
    ],
    [
      'error: failed to solve: something new',
      'image.failed',
      { error: 'something new' },
    ],
  ])('says why for %j', (line, code, parameters) => {
    expect(reasonOf(`failed\nbefore\n${line}\n`)).toMatchObject({
      code,
      parameters,
    });
  });

  it.each([
    [
      `error: failed to solve: failed to push ${REPOSITORY}:a: unexpected status from PUT request to https://registry.example/v2/: 500 Internal Server Error`,
      'image.registryFailed',
      { registry: 'registry.example:5000' },
    ],
    [
      `error: failed to solve: failed to push ${REPOSITORY}:a: authorization failed: no basic auth credentials`,
      'image.notPushed',
      { registry: 'registry.example:5000' },
    ],
    [
      'error: failed to solve: python:3.11: failed to do request: dial tcp 1.2.3.4:443: connect: connection refused',
      'image.engineFailed',
      { node: 'gpu' },
    ],
    [
      "could not connect to unix:///home/model-ci/run/buildkit/buildkitd.sock after 100 trials\n========== log ==========\n[rootlesskit:parent] error: failed to setup UID/GID map: Permission denied\n: exit status 1\nsh: can't kill pid 12: No such process",
      'image.engineFailed',
      {
        node: 'gpu',
        error: expect.stringMatching(/^\[rootlesskit:parent\] error: failed/),
      },
    ],
  ])('is the fault of the platform for %j', (line, code, parameters) => {
    expect(builtOf(`failed\n#1 DONE\n${line}\n`, build, 'gpu')).toMatchObject({
      type: 'errored',
      reason: { code, parameters },
    });
  });

  it('is the fault of the stage whatever its commands say', () => {
    const message =
      'failed\nerror: failed to solve: process "/bin/sh -c echo connection refused; false" did not complete successfully: exit code: 1\n';
    expect(builtOf(message, build, 'gpu')).toMatchObject({ type: 'failed' });
  });

  it.each([
    ['no-context', 'image.noContext'],
    ['escapes', 'image.contextEscapes'],
  ])('says what was refused before anything was built: %s', (word, code) => {
    expect(reasonOf(`refused ${word}`)).toMatchObject({
      code,
      parameters: { folder: 'app' },
    });
  });
});
