import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import {
  ANN,
  as,
  type GitHost,
  makeFolder,
  startGitHost,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(120_000);

const ids: TestDatabaseId[] = ['SQLITE_3'];
if (process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING) {
  ids.push('POSTGRES_18');
}
const databases = TestDatabases.create({ ids, disableDocker: true });

describe.each(ids)('creations at the same time on %s', id => {
  let directory: string;
  let db: Knex;
  let hosts: GitHost[];

  beforeAll(async () => {
    directory = await makeFolder();
    db = await databases.init(id);
    hosts = [
      await startGitHost({ directory, db }),
      await startGitHost({ directory, db }),
    ];
  });

  const createAll = (name: string, creationId: (index: number) => string) =>
    Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        hosts[index % 2].client.createRepository(
          { name, owner: TEAM, creationId: creationId(index) },
          as(ANN),
        ),
      ),
    );

  const isServed = async (name: string) => {
    expect(await readdir(directory)).toContain(`${name}.git`);
    expect(await hosts[1].client.listBranches(name, as(ANN))).toEqual([]);
  };

  it('make one repository, and tell the others that the name is taken', async () => {
    const results = await createAll('contested', index => `task-${index}`);
    const refused = results.flatMap(result =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(refused.map(error => error.statusCode)).toEqual(
      Array.from({ length: 19 }, () => 409),
    );
    await isServed('contested');
  });

  it('are all answered with it if they are one creation', async () => {
    const results = await createAll('repeated', () => 'task');
    expect(results.map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, () => 'fulfilled'),
    );
    await isServed('repeated');
  });

  it.each(['before', 'after'])(
    'are finished by a sweep if the backend dies %s the folder appears',
    async moment => {
      const name = `half-${moment}`;
      const { client } = hosts[0];
      const input = { name, owner: TEAM, creationId: 'task' };
      await client.createRepository(input, as(ANN));
      await db('repositories').where({ name }).update({
        ready_at: null,
        created_at: '2026-01-01T00:00:00.000Z',
      });
      if (moment === 'before') {
        await db('repositories')
          .where({ name })
          .update({ name: `${name}-x` });
      }
      const found = moment === 'before' ? `${name}-x` : name;
      await expect(client.getRepository(found, as(ANN))).rejects.toMatchObject({
        statusCode: 404,
      });
      await hosts[1].sweep();
      await isServed(found);
    },
  );

  it('leave a folder alone that the portal does not know, and give the name back', async () => {
    const folder = path.join(directory, 'foreign.git');
    await mkdir(folder);
    await writeFile(path.join(folder, 'HEAD'), 'ref: refs/heads/main\n');
    const create = () =>
      hosts[0].client.createRepository(
        { name: 'foreign', owner: TEAM },
        as(ANN),
      );
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(create()).rejects.toMatchObject({
        statusCode: 409,
        body: { error: { message: expect.stringMatching(/does not know/) } },
      });
    }
    expect(await readdir(folder)).toEqual(['HEAD']);
    expect(await db('repositories').where({ name: 'foreign' })).toEqual([]);
  });
});
