import { TestDatabases } from '@backstage/backend-test-utils';
import {
  ANN,
  as,
  type GitHost,
  makeFolder,
  startGitHost,
  tarOf,
  TEAM,
} from '../__testUtils__/gitHost';

jest.setTimeout(60_000);

describe('the URL reader of the git host', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let host: GitHost;
  let base: string;
  const commits: string[] = [];

  beforeAll(async () => {
    host = await startGitHost({
      directory: await makeFolder(),
      db: await databases.init('SQLITE_3'),
    });
    base = `${host.baseUrl}/model.git/raw`;
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
    for (const rows of ['1', '2']) {
      const { commit } = await host.client.commitTree(
        'model',
        {
          message: rows,
          expectedHead: commits.at(-1),
          archive: await tarOf([
            {
              name: '.gitattributes',
              content: 'secret.txt export-ignore\n*.txt text eol=crlf\n',
            },
            { name: 'catalog-info.yaml', content: `rows: ${rows}\n` },
            { name: 'secret.txt', content: '$Id$\n' },
            { name: 'data/houses.csv', content: rows },
            { name: 'data/a b/[x].csv', content: 'odd' },
            { name: 'linked', type: 'symlink', linkname: 'data/houses.csv' },
          ]),
        },
        as(ANN),
      );
      commits.push(commit);
    }
    await host.client.commitTree(
      'model',
      {
        message: 'b',
        branch: 'feature/x',
        archive: await tarOf([{ name: 'b', content: 'b' }]),
      },
      as(ANN),
    );
  });

  const text = async (url: string) =>
    (await (await host.reader.readUrl(url)).buffer()).toString();

  it('reads a file at a branch, a commit and through a link, with the commit as etag', async () => {
    const response = await host.reader.readUrl(
      `${base}/main/catalog-info.yaml`,
    );
    expect((await response.buffer()).toString()).toBe('rows: 2\n');
    expect(response.etag).toBe(commits[1]);
    expect(await text(`${base}/${commits[0]}/catalog-info.yaml`)).toBe(
      'rows: 1\n',
    );
    expect(await text(`${base}/main/linked`)).toBe('2');
    expect(await text(`${base}/feature%2Fx/b`)).toBe('b');
    expect(await text(`${base}/HEAD/data/a%20b/%5Bx%5D.csv`)).toBe('odd');
  });

  it('says when nothing changed', async () => {
    for (const read of [
      host.reader.readUrl(`${base}/main/linked`, { etag: commits[1] }),
      host.reader.readTree(`${base}/main/`, { etag: commits[1] }),
      host.reader.search(`${base}/main/**`, { etag: commits[1] }),
    ]) {
      await expect(read).rejects.toMatchObject({ name: 'NotModifiedError' });
    }
    const changed = await host.reader.readTree(`${base}/main/`, {
      etag: commits[0],
    });
    expect(changed.etag).toBe(commits[1]);
  });

  it.each([
    ['main/none', 'NotFoundError'],
    ['none/linked', 'NotFoundError'],
    [`${'0'.repeat(40)}/linked`, 'NotFoundError'],
    ['main%5E/linked', 'NotFoundError'],
    ['main%40%7B1%7D/linked', 'NotFoundError'],
    ['--all/linked', 'NotFoundError'],
    ['main/data/', 'InputError'],
    ['main/..%2Fconfig', 'InputError'],
  ])('reads nothing at %s', async (place, name) => {
    await expect(host.reader.readUrl(`${base}/${place}`)).rejects.toMatchObject(
      { name },
    );
  });

  it('reads exactly the committed tree, or a folder of it', async () => {
    const tree = await host.reader.readTree(`${base}/${commits[0]}/`);
    const files = await tree.files();
    expect(tree.etag).toBe(commits[0]);
    const byPath = new Map(
      await Promise.all(
        files.map(
          async file => [file.path, (await file.content()).toString()] as const,
        ),
      ),
    );
    expect(byPath.get('secret.txt')).toBe('$Id$\n');
    expect(byPath.get('data/houses.csv')).toBe('1');
    expect(byPath.has('.gitattributes')).toBe(true);

    const folder = await host.reader.readTree(`${base}/main/data`, {
      filter: path => path.endsWith('houses.csv'),
    });
    expect((await folder.files()).map(({ path }) => path)).toEqual([
      'houses.csv',
    ]);
  });

  it('gives the same archive every time', async () => {
    const archive = async () => {
      const tree = await host.reader.readTree(`${base}/main/`);
      const chunks = [];
      for await (const chunk of await tree.archive()) {
        chunks.push(Buffer.from(chunk));
      }
      return Buffer.concat(chunks);
    };
    expect((await archive()).equals(await archive())).toBe(true);
  });

  it('finds files by pattern', async () => {
    const { files, etag } = await host.reader.search(
      `${base}/main/data/**/*.csv`,
    );
    expect(etag).toBe(commits[1]);
    expect(files.map(({ url }) => url)).toEqual([
      `${base}/main/data/a%20b/%5Bx%5D.csv`,
      `${base}/main/data/houses.csv`,
    ]);
    expect((await files[1].content()).toString()).toBe('2');
    const one = await host.reader.search(`${base}/main/catalog-info.yaml`);
    expect(one.files).toHaveLength(1);
    const none = await host.reader.search(`${base}/main/none.yaml`);
    expect(none.files).toEqual([]);
  });

  it('stops at a signal', async () => {
    const signal = AbortSignal.abort();
    await expect(
      host.reader.readUrl(`${base}/main/linked`, { signal }),
    ).rejects.toThrow(/abort/i);
  });

  it('leaves the URLs of other hosts alone', async () => {
    await expect(
      host.reader.readUrl(
        'http://other.example.com/api/model-ci-git/model.git/raw/main/linked',
      ),
    ).rejects.toThrow(/not allowed/i);
  });
});
