import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { deadline } from './__testUtils__/deadline';
import { git, withToken } from './__testUtils__/git';
import {
  ANN,
  as,
  BEN,
  type GitHost,
  makeFolder,
  startGitHost,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(60_000);

describe('the audit of pushes', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const events: Array<{ repository: unknown; user: unknown; end?: string }> =
    [];
  let host: GitHost;

  beforeAll(async () => {
    host = await startGitHost({
      directory: await makeFolder(),
      db: await databases.init('SQLITE_3'),
      features: [
        createServiceFactory({
          service: coreServices.auditor,
          deps: {},
          factory: () => ({
            async createEvent({ eventId, meta }) {
              const event: (typeof events)[number] = {
                repository: meta?.repository,
                user: meta?.user,
              };
              if (eventId === 'repository-push') {
                events.push(event);
              }
              return {
                async success() {
                  event.end = 'success';
                },
                async fail({ error }) {
                  event.end = error.name;
                },
              };
            },
          }),
        }),
      ],
    });
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
  });

  async function push(user: string) {
    const { cloneUrl } = await host.client.getRepository('model', as(ANN));
    const { token } = await host.client.createToken({ name: 't' }, as(user));
    const folder = await makeFolder();
    const clone = path.join(folder, 'clone');
    await git(folder, ['clone', '-q', withToken(cloneUrl, token), clone]);
    await writeFile(path.join(clone, 'a.txt'), user);
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', 'Add a.txt']);
    await git(clone, ['push', '-q', 'origin', 'HEAD:main']);
  }

  it('records one that was made, and one that was refused', async () => {
    await push(ANN);
    await deadline(() =>
      expect(events).toEqual([
        { repository: 'model', user: ANN, end: 'success' },
      ]),
    );
    await expect(push(BEN)).rejects.toThrow(/403/);
    await deadline(() =>
      expect(events.slice(1)).toEqual([
        { repository: 'model', user: BEN, end: 'NotAllowedError' },
      ]),
    );
  });
});
