import { buffer } from 'node:stream/consumers';
import request from 'supertest';
import { pack } from 'tar-stream';
import { createTestDatabases } from '../database/testDatabase';
import { type Example, insertExample } from './testing/insertExamples';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PAGE = '<script>alert(1)</script>';

async function archive(): Promise<string> {
  const tar = pack();
  tar.entry({ name: 'report/index.html' }, PAGE);
  tar.entry({ name: 'report/empty.txt' }, '');
  tar.finalize();
  return (await buffer(tar)).toString('ascii');
}

describe.each(databases.ids)('files of artifacts on %s', id => {
  let portal: TestPortal;
  let example: Example;

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id) });
    example = await insertExample(portal.db, portal.artifactDirectory, {
      pipelineRef: 'modelpipeline:default/mine',
      artifact: await archive(),
    });
  }, 60_000);

  afterAll(() => portal?.stop());

  const get = (path: string) =>
    request(portal.server).get(
      `/api/model-ci/artifacts/${example.digest}${path}`,
    );

  it('are listed with their sizes', async () => {
    const { body } = await get('/files');
    expect(body).toEqual({
      items: [
        { path: 'report/index.html', type: 'file', size: PAGE.length },
        { path: 'report/empty.txt', type: 'file', size: 0 },
      ],
      more: false,
    });
  });

  it('come as something to save, which no browser executes', async () => {
    const { body, headers } = await get('/file?path=report/index.html');
    expect(body.toString()).toBe(PAGE);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="index.html"',
      'x-content-type-options': 'nosniff',
      'content-length': String(PAGE.length),
    });
  });

  it('come in part', async () => {
    const part = await get('/file?path=report/index.html').set(
      'Range',
      'bytes=1-6',
    );
    expect([part.status, part.body.toString()]).toEqual([206, 'script']);
    const beyond = await get('/file?path=report/index.html').set(
      'Range',
      'bytes=0-100000',
    );
    expect(beyond.body.toString()).toBe(PAGE);
  });

  it('may be empty', async () => {
    const { status, headers } = await get('/file?path=report/empty.txt');
    expect([status, headers['content-length']]).toEqual([200, '0']);
  });

  it.each([['report'], ['../../../etc/passwd'], ['report/index.html/']])(
    'are not found under %s',
    async path => {
      const { status, body } = await get(
        `/file?path=${encodeURIComponent(path)}`,
      );
      expect([status, body.error.message]).toEqual([
        404,
        `The artifact has no file '${path}'`,
      ]);
    },
  );
});
