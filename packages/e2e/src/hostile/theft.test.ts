import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clone } from '../git';
import { until, type User } from '../portal';
import { catalogInfo, HostilePortal } from './HostilePortal';

jest.setTimeout(240_000);

const exec = promisify(execFile);
const RED = 'group:default/red';
const BLUE = 'group:default/blue';
const DEFINITION =
  'version: 1\ntriggers: { push: { branches: [main] } }\nstages:\n  read: { run: cat secret.txt }\n';

describe('What belongs to a team', () => {
  let hostile: HostilePortal;
  let alice: User;
  let bob: User;
  let red: Clone;

  beforeAll(async () => {
    hostile = await HostilePortal.start();
    alice = await hostile.signIn('alice');
    bob = await hostile.signIn('bob');
    red = await hostile.project('alice', {
      name: 'red-model',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'red-model', owner: RED }),
        'model-pipeline.yaml': DEFINITION,
        'secret.txt': 'only for the red team',
      },
    });
    await knows(alice, 'red-model');
  });

  afterAll(async () => {
    await hostile?.stop();
  });

  it('is not run by a pipeline of another team that names its repository', async () => {
    const source = `url:${hostile.portal.url}/api/model-ci-git/red-model.git/raw/main/`;
    await hostile.project('bob', {
      name: 'thief',
      owner: BLUE,
      files: {
        'catalog-info.yaml': catalogInfo({
          name: 'thief',
          owner: BLUE,
          annotations: { 'backstage.io/source-location': source },
        }),
        'model-pipeline.yaml': 'version: 1\nstages:\n  own: { run: "true" }\n',
      },
    });
    await knows(bob, 'thief');
    const answer = await bob.fetch('POST', pipeline('thief', '/runs'), {});
    expect(answer.ok).toBe(false);
    await red.write('secret.txt', 'still only for the red team');
    await red.push('Change the secret');
    await until(
      'the run of the push',
      async () => (await runsOf(alice, 'red-model'))[0],
      { seconds: 60 },
    );
    expect(await runsOf(bob, 'thief')).toEqual([]);
  });

  it.each(['bob', 'nobody'] as const)(
    'cannot be cloned or pushed to by %s',
    async name => {
      const stranger = await hostile.signIn(name);
      const answer = await stranger.fetch('POST', '/api/model-ci-git/tokens', {
        name: 'mine',
      });
      const { token } = answer.ok ? await answer.json() : { token: 'none' };
      const url = new URL(
        `${hostile.portal.url}/api/model-ci-git/red-model.git`,
      );
      url.username = name;
      url.password = token;
      const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
      await expect(
        exec('git', ['ls-remote', url.href], { env }),
      ).rejects.toThrow();
      await expect(
        exec('git', ['push', url.href, 'HEAD:refs/heads/main'], {
          env,
          cwd: red.directory,
        }),
      ).rejects.toThrow();
    },
  );

  it('runs as it was reviewed: no push replaces a commit', async () => {
    const commit = await red.git('rev-parse', 'HEAD');
    for (const ref of [
      `refs/replace/${commit}`,
      'refs/pull/1/head',
      'refs/hidden/x',
    ]) {
      await expect(red.git('push', 'origin', `HEAD:${ref}`)).rejects.toThrow();
    }
  });
});

function pipeline(name: string, rest = ''): string {
  return `/api/model-ci/pipelines/default/${name}${rest}`;
}

async function runsOf(by: User, name: string): Promise<unknown[]> {
  const { items } = await by.get<{ items: unknown[] }>(
    `/api/model-ci/runs?pipeline=modelpipeline:default/${name}`,
  );
  return items;
}

/** Waits until the portal knows a pipeline of the catalog. */
async function knows(by: User, name: string): Promise<void> {
  await until(
    `the portal to know ${name}`,
    async () => (await by.fetch('GET', pipeline(name))).ok || undefined,
    { seconds: 90 },
  );
}
