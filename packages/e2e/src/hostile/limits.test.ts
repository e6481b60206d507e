import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { Clone } from '../git';
import { until, type User } from '../portal';
import { makeGitBomb } from './gitBomb';
import {
  catalogInfo,
  endOf,
  HostilePortal,
  inWords,
  startRun,
} from './HostilePortal';

jest.setTimeout(240_000);

const exec = promisify(execFile);
const RED = 'group:default/red';
const BLUE = 'group:default/blue';
const RUNS = '/api/model-ci/pipelines/default/red-model/runs';

describe('What one user or team may have', () => {
  let hostile: HostilePortal;
  let alice: User;
  let bob: User;
  let red: Clone;
  let runId: string;

  /** Milliseconds in which somebody else is answered, the longest of some. */
  async function waitOfBob(): Promise<number> {
    const waits: number[] = [];
    for (let round = 0; round < 10; round++) {
      const asked = performance.now();
      await bob.get('/api/model-ci/runs');
      waits.push(performance.now() - asked);
    }
    return Math.max(...waits);
  }

  beforeAll(async () => {
    hostile = await HostilePortal.start({
      config: {
        modelCi: {
          executors: { process: { node: { cpus: 16 } } },
          limits: {
            owner: { runs: 3 },
            user: { requests: 20, followers: 5 },
          },
          git: {
            maxPushBytes: 1_000_000,
            maxTreeFiles: 20_000,
            quotas: { repositoriesPerOwner: 2 },
          },
        },
      },
    });
    alice = await hostile.signIn('alice');
    bob = await hostile.signIn('bob');
    red = await hostile.project('alice', {
      name: 'red-model',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'red-model', owner: RED }),
        'model-pipeline.yaml':
          'version: 1\nstages:\n  quiet: { run: echo begun && sleep 600 }\n',
      },
    });
    await hostile.project('bob', {
      name: 'blue-model',
      owner: BLUE,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'blue-model', owner: BLUE }),
        'model-pipeline.yaml':
          'version: 1\nstages:\n  quick: { run: "true" }\n',
      },
    });
    runId = await startRun(alice, 'red-model');
    await until(
      'the log to begin',
      async () => {
        const log = `/api/model-ci/runs/${runId}/stages/quiet/logs`;
        return (await alice.text(log)).includes('begun') || undefined;
      },
      { seconds: 60 },
    );
  });

  afterAll(async () => {
    await hostile?.stop();
  });

  it('is so many runs, and others start theirs all the same', async () => {
    await alice.post(RUNS, {});
    await alice.post(RUNS, {});
    const refused = await alice.fetch('POST', RUNS, {});
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('modelCi.limits.owner.runs');
    const other = await startRun(bob, 'blue-model');
    expect(await endOf(bob, other)).toMatchObject({ status: 'succeeded' });
    const { items } = await alice.get<{
      items: Array<{ id: string; status: string }>;
    }>('/api/model-ci/runs');
    for (const { id, status } of items) {
      if (id !== runId && status !== 'cancelled') {
        await alice.post(`/api/model-ci/runs/${id}/cancel`, {});
      }
    }
  });

  it('is so many repositories', async () => {
    const create = (name: string) =>
      alice.fetch('POST', '/api/model-ci-git/repositories', {
        name,
        owner: RED,
      });
    expect((await create('second')).status).toBe(201);
    const refused = await create('third');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain(
      'modelCi.git.quotas.repositoriesPerOwner',
    );
  });

  it('is so many followed logs, whatever else is asked for at the same time', async () => {
    const leave = new AbortController();
    const follow = (accept: string, path: string) =>
      fetch(`${hostile.portal.url}${path}`, {
        headers: { Authorization: `Bearer ${alice.token}`, Accept: accept },
        signal: leave.signal,
      });
    const log = `/api/model-ci/runs/${runId}/stages/quiet/logs`;
    const answers: Response[] = [];
    for (let follower = 0; follower < 7; follower++) {
      answers.push(await follow('text/event-stream', log));
    }
    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 200, 200, 200, 200],
      ...[429, 429],
    ]);
    expect(await answers[6].text()).toContain('modelCi.limits.user.followers');
    expect((await follow('text/plain', log)).status).toBe(200);
    leave.abort();
    await until(
      'room for a follower',
      async () => {
        const again = new AbortController();
        const { status } = await fetch(`${hostile.portal.url}${log}`, {
          headers: {
            Authorization: `Bearer ${alice.token}`,
            Accept: 'text/event-stream',
          },
          signal: again.signal,
        });
        again.abort();
        return status === 200 || undefined;
      },
      { seconds: 10 },
    );
  });

  it('is so many requests at once, and others are answered', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const answer = await alice.fetch(
          'GET',
          '/api/model-ci/runs',
          undefined,
          // Nothing but a followed log is counted apart.
          index % 2 ? { Accept: 'text/event-stream' } : {},
        );
        await answer.arrayBuffer();
        return answer.status;
      }),
    );
    expect(statuses).toContain(429);
    expect(statuses.filter(status => status !== 429 && status !== 200)).toEqual(
      [],
    );
    expect((await bob.fetch('GET', '/api/model-ci/runs')).status).toBe(200);
  });

  it('is a body of so many bytes', async () => {
    const answer = await alice.fetch('POST', RUNS, {
      ref: 'x'.repeat(200_000),
    });
    expect(answer.status).toBe(413);
    await red.write('large.bin', 'x');
    const large = Buffer.alloc(2_000_000);
    for (let at = 0; at < large.length; at += 4) {
      large.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), at);
    }
    await red.write('large.bin', large.toString('base64'));
    await expect(red.push('Add much')).rejects.toThrow(
      /413|too large|exceeds/i,
    );
    await red.git('reset', '--quiet', '--hard', 'HEAD~1');
  });

  it('is not a push of thousands of branches, and nobody waits for it', async () => {
    const refs = Array.from(
      { length: 3000 },
      (_, branch) => `HEAD:refs/heads/many-${branch}`,
    );
    const pushed = red.git('push', '--quiet', 'origin', ...refs).then(
      () => 'taken',
      (error: Error) => error.message,
    );
    expect(await waitOfBob()).toBeLessThan(2_000);
    expect(await pushed).toMatch(/modelCi\.git\.maxRefsPerPush|at most 1000/);
  });

  it('is not a few objects that stand for 10⁸ paths', async () => {
    const bomb = makeGitBomb(red.directory);
    await red.git('push', '--quiet', 'origin', `${bomb}:refs/heads/bomb`);
    const id = await startRun(alice, 'red-model', { ref: 'bomb' });
    expect(await waitOfBob()).toBeLessThan(2_000);
    const { status, reason } = await endOf(alice, id);
    expect(status).toMatch(/failed|errored/);
    expect(inWords(reason)).toMatch(/files/);
  });

  it('is no place at the git host while a request is not there in full', async () => {
    const { port } = hostile.portal;
    const basic = Buffer.from(`alice:${hostile.tokenOf('red-model')}`);
    const sockets: Socket[] = [];
    for (let client = 0; client < 100; client++) {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          [
            'POST /api/model-ci-git/red-model.git/git-upload-pack HTTP/1.1',
            `Host: localhost:${port}`,
            `Authorization: Basic ${basic.toString('base64')}`,
            'Content-Type: application/x-git-upload-pack-request',
            'Content-Length: 1000',
            '',
            '0011',
          ].join('\r\n'),
        ),
      );
      socket.on('error', () => {});
      sockets.push(socket);
    }
    try {
      const url = new URL(
        `${hostile.portal.url}/api/model-ci-git/blue-model.git`,
      );
      url.username = 'bob';
      url.password = hostile.tokenOf('blue-model');
      const { stdout } = await exec('git', ['ls-remote', url.href], {
        timeout: 20_000,
      });
      expect(stdout).toContain('refs/heads/main');
      expect(await waitOfBob()).toBeLessThan(2_000);
    } finally {
      sockets.forEach(socket => socket.destroy());
    }
  });
});
