import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import {
  EXAMPLE_LOG,
  type Example,
  insertExample,
} from './testing/insertExamples';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const ARTIFACT = 'bytes of a tar archive';
const LOG = Buffer.from(EXAMPLE_LOG);

describe.each(databases.ids)('requests and answers on %s', id => {
  let portal: TestPortal;
  let example: Example;

  beforeAll(async () => {
    portal = await TestPortal.start({ db: await databases.init(id) });
    example = await insertExample(portal.db, portal.artifactDirectory, {
      pipelineRef: 'modelpipeline:default/mine',
      artifact: ARTIFACT,
    });
  }, 60_000);

  afterAll(() => portal?.stop());

  const get = (path: string) =>
    request(portal.server).get(`/api/model-ci${path}`);
  const post = (path: string) =>
    request(portal.server).post(`/api/model-ci${path}`);
  const logs = '/runs/run-mine/stages/train/logs';

  describe('errors', () => {
    it.each([
      ['/runs?limit=1000000', 'limit'],
      ['/runs?limit=0', 'limit'],
      ['/runs?limit=-1', 'limit'],
      ['/runs?limit=1e1', 'limit'],
      ['/runs?limit=', 'limit'],
      ['/runs?limit=5&limit=6', 'limit'],
      ['/runs?limit[$gt]=5', 'limit'],
      ['/runs?cursor=nonsense', 'cursor'],
      ['/runs?cursor=WyJ4Il0', 'cursor'],
      ['/pipelines?cursor=nonsense', 'cursor'],
      ['/deployments?cursor=nonsense', 'cursor'],
      ['/pipelines/default/mine/versions?cursor=nonsense', 'cursor'],
      ['/runs/run-mine/stages/train/tests?cursor=nonsense', 'cursor'],
      ['/pipelines/default/mine/compare/examples?versions=1', 'versions'],
      ['/pipelines/default/mine/compare/examples?versions=1,2,3', 'versions'],
      [
        '/pipelines/default/mine/compare/examples?versions=1,2&slice=a',
        'slice',
      ],
      [
        '/pipelines/default/mine/compare/examples?versions=1,2&text=%00',
        'text',
      ],
      ['/pipelines/default/mine/compare/differences?versions=1,x', 'versions'],
      ['/pipelines/default/mine/compare/ledger', 'id'],
      ['/pipelines/default/mine/history', 'metric'],
      ['/pipelines/default/mine/history?metric=a%00b', 'metric'],
      ['/pipelines/default/mine/history?metric=a&slice[$gt]=', 'slice'],
      ['/pipelines/default/mine/history?metric=a&limit=10001', 'limit'],
      ['/pipelines/default/mine/history?metric=a&scope=all', 'scope'],
      ['/pipelines/default/mine/history?metric=a&datasetDigest=x', 'Digest'],
      ['/pipelines/default/mine/history/lines?metric=a', 'metric'],
      ['/runs?status=succeded', 'status'],
      ['/runs?stauts=failed', 'stauts'],
      ['/runs?pipeline=component:default/mine', 'pipeline'],
      ['/runs?pipeline=../../etc/passwd', 'pipeline'],
      ['/runs?branch=a%00b', 'branch'],
      ['/pipelines?q=a%00b', 'q'],
      ['/pipelines?owner=%00', 'owner'],
      ['/runs?pipeline=modelpipeline:default/a&q=b', 'pipeline'],
      ['/deployments?pipeline=modelpipeline:default/a&owner=mine', 'pipeline'],
      ['/pipelines/de%00fault/mine', 'namespace'],
      ['/pipelines/..%2f/mine', 'namespace'],
      ['/runs/..%2F..%2Fetc%2Fpasswd', 'runId'],
      [`/runs/${'x'.repeat(65)}`, 'runId'],
      ['/runs/run-mine/stages/..%2Ftrain/logs', 'stage'],
      [`${logs}?attempt=0`, 'attempt'],
      [`${logs}?offset=1.5`, 'offset'],
      [`${logs}?offset=0&limit=99999999`, 'limit'],
      ['/artifacts/sha256:abc', 'digest'],
      ['/artifacts/..%2F..%2Fetc%2Fpasswd', 'digest'],
      [`/artifacts/sha256:${'A'.repeat(64)}`, 'digest'],
      ['/artifacts/..%2F..%2Fetc%2Fpasswd/files', 'digest'],
      ['/pipelines/default/mine/versions/0', 'version'],
      ['/pipelines/default/mine/versions/99999999999', 'version'],
      ['/pipelines/default/mine/compare', 'versions'],
      ['/pipelines/default/mine/compare?versions=1,x', 'versions'],
      [
        `/pipelines/default/mine/compare?versions=${Array.from(
          { length: 101 },
          (_, n) => n + 1,
        )}`,
        'versions',
      ],
      ['/pipelines/default/mine/evaluations?from=yesterday', 'from'],
      ['/deployments?environment=a/b', 'environment'],
      ['/deployments/%00', 'deploymentId'],
    ])('in %s are refused by name', async (path, field) => {
      const { status, body } = await get(path);
      expect([status, body.error]).toEqual([
        400,
        expect.objectContaining({
          name: 'InputError',
          message: expect.stringContaining(field),
        }),
      ]);
    });

    it.each([
      ['/pipelines/default/mine/runs', { reff: 'main' }, 'reff'],
      ['/pipelines/default/mine/runs', { ref: 7 }, 'ref'],
      ['/pipelines/default/mine/runs', { ref: '' }, 'ref'],
      ['/pipelines/default/mine/runs', { ref: 'a\nb' }, 'ref'],
      ['/pipelines/default/mine/runs', { commit: 'main' }, 'commit'],
      ['/pipelines/default/mine/runs', { trigger: 'push' }, 'trigger'],
      ['/pipelines/default/mine/runs', ['main'], 'body'],
      ['/runs/run-mine/retry', { from: '../train' }, 'from'],
      ['/runs/run-mine/cancel', { force: true }, 'force'],
      ['/pipelines/default/mine/deployments', {}, 'version'],
      [
        '/pipelines/default/mine/deployments',
        { version: '1', environment: 'staging' },
        'version',
      ],
      [
        '/pipelines/default/mine/deployments',
        { version: 1, environment: '../x' },
        'environment',
      ],
      [
        '/pipelines/default/mine/deployments',
        { version: 1, environment: 'staging', comment: 'a\0b' },
        'comment',
      ],
    ])('in the body of %s: %j', async (path, body, field) => {
      const response = await post(path).send(body);
      expect([response.status, response.body.error?.message]).toEqual([
        400,
        expect.stringContaining(field),
      ]);
    });

    it('of JSON itself are refused', async () => {
      const response = await post('/pipelines/default/mine/runs')
        .set('Content-Type', 'application/json')
        .send('{"ref": ');
      expect(response.status).toBe(400);
    });

    it('of size are refused', async () => {
      const response = await post('/pipelines/default/mine/runs').send({
        ref: 'x'.repeat(200_000),
      });
      expect(response.status).toBe(413);
    });

    it('of address are answered as not found', async () => {
      expect((await get('/nothing')).status).toBe(404);
      expect((await get('/runs/none')).status).toBe(404);
      expect((await get('/pipelines/default/none')).status).toBe(404);
      expect((await get('/pipelines/default/mine/versions/9')).status).toBe(
        404,
      );
      expect((await get('/deployments/none')).status).toBe(404);
      expect((await get('/runs/run-mine/stages/none/logs')).status).toBe(404);
      expect((await get('/runs/run-mine/stages/none/tests')).status).toBe(404);
      expect((await get(`${logs}?attempt=2`)).status).toBe(404);
    });
  });

  describe('logs', () => {
    it('are whole without a range, byte for byte', async () => {
      const response = await get(logs);
      expect(response.text).toBe(EXAMPLE_LOG);
      expect(response.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': 'attachment; filename="train-1-run-mine.log"',
        'x-content-type-options': 'nosniff',
        'log-attempt': '1',
      });
    });

    it('are read in ranges that fit together and cut no character', async () => {
      let offset = 0;
      let text = '';
      for (;;) {
        const { headers, text: part } = await get(
          `${logs}?offset=${offset}&limit=16`,
        );
        expect(headers).toMatchObject({
          'log-offset': String(offset),
          'log-size': String(LOG.length),
          'log-ended': 'true',
        });
        text += part;
        offset = Number(headers['log-next-offset']);
        if (offset >= LOG.length) {
          break;
        }
      }
      expect(text).toBe(EXAMPLE_LOG);
    });

    it.each(Array.from({ length: LOG.length + 3 }, (_, n) => n))(
      'begin at a character %i bytes from the end',
      async back => {
        const { headers, text } = await get(`${logs}?offset=-${back}`);
        expect(text).not.toContain('\ufffd');
        const start = Number(headers['log-offset']);
        expect(LOG.subarray(start).toString()).toBe(text);
        const wanted = back === 0 ? 0 : Math.max(0, LOG.length - back);
        expect(start - wanted).toBeLessThan(4);
      },
    );

    it('are empty past their end', async () => {
      const { headers, text } = await get(`${logs}?offset=5000`);
      expect(text).toBe('');
      expect(headers['log-offset']).toBe(String(LOG.length));
    });

    it('let other origins read the headers of a range', async () => {
      const { headers } = await get(`${logs}?offset=0`);
      expect(headers['access-control-expose-headers']).toContain('Log-Size');
    });

    it('of ended attempts are followed to their end', async () => {
      const { text, headers } = await get(logs).set(
        'Accept',
        'text/event-stream',
      );
      expect(headers['content-type']).toMatch('text/event-stream');
      expect(headers['cache-control']).toContain('no-transform');
      const events = text.trim().split('\n\n');
      expect(events.at(-1)).toBe(`event: end\ndata: {"size":${LOG.length}}`);
      expect(
        events
          .slice(0, -1)
          .map(event => JSON.parse(event.split('\ndata: ')[1]).text)
          .join(''),
      ).toBe(EXAMPLE_LOG);
      expect(events.at(-2)).toMatch(`id: ${LOG.length}\n`);
    });

    it('go on after the last event that was received', async () => {
      const { text } = await get(`${logs}?offset=0`)
        .set('Accept', 'text/event-stream')
        .set('Last-Event-ID', '6');
      expect(text).toMatch(/^id: \d+\ndata: \{"offset":6,"text":"loss/);
      const invalid = await get(logs)
        .set('Accept', 'text/event-stream')
        .set('Last-Event-ID', 'x');
      expect(invalid.status).toBe(400);
    });
  });

  describe('artifacts', () => {
    const path = `/artifacts/sha256:${createHash('sha256')
      .update(ARTIFACT)
      .digest('hex')}`;
    const read = (headers: Record<string, string>) =>
      get(path)
        .set(headers)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('end', () =>
            done(null, Buffer.concat(chunks).toString()),
          );
        });

    it('are sent whole, as files that no browser interprets', async () => {
      const response = await read({ 'Accept-Encoding': 'gzip' });
      expect(response.body).toBe(ARTIFACT);
      expect(response.headers).toMatchObject({
        'content-type': 'application/x-tar',
        'content-length': String(ARTIFACT.length),
        'content-disposition': 'attachment; filename="model.tar"',
        'x-content-type-options': 'nosniff',
        'accept-ranges': 'bytes',
        etag: `"${example.digest}"`,
      });
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(() => gunzipSync(response.body)).toThrow();
    });

    it.each([
      ['bytes=0-4', 206, ARTIFACT.slice(0, 5), '0-4'],
      ['bytes=9-', 206, ARTIFACT.slice(9), `9-${ARTIFACT.length - 1}`],
      ['bytes=-7', 206, ARTIFACT.slice(-7), `15-${ARTIFACT.length - 1}`],
      ['bytes=5-1000', 206, ARTIFACT.slice(5), `5-${ARTIFACT.length - 1}`],
      ['bytes=0-1,5-6', 200, ARTIFACT, undefined],
      ['lines=1-2', 200, ARTIFACT, undefined],
      ['bytes 0-4', 200, ARTIFACT, undefined],
    ])('answer the range %s', async (range, status, body, place) => {
      const response = await read({ Range: range });
      expect([response.status, response.body]).toEqual([status, body]);
      expect(response.headers['content-range']).toBe(
        place && `bytes ${place}/${ARTIFACT.length}`,
      );
    });

    it('refuse ranges outside', async () => {
      const response = await read({ Range: 'bytes=1000-' });
      expect(response.status).toBe(416);
      expect(response.headers['content-range']).toBe(
        `bytes */${ARTIFACT.length}`,
      );
    });

    it('need not be sent again', async () => {
      const etag = `"${example.digest}"`;
      expect((await read({ 'If-None-Match': etag })).status).toBe(304);
      expect(
        (await read({ Range: 'bytes=0-1', 'If-Range': '"x"' })).status,
      ).toBe(200);
      expect(
        (await read({ Range: 'bytes=0-1', 'If-Range': etag })).status,
      ).toBe(206);
    });

    it('tell their size to HEAD', async () => {
      const response = await request(portal.server).head(
        `/api/model-ci${path}`,
      );
      expect(response.status).toBe(200);
      expect(response.headers['content-length']).toBe(String(ARTIFACT.length));
    });
  });

  it('answers lists with their contents', async () => {
    expect((await get('/runs/run-mine/artifacts')).body.items).toEqual([
      expect.objectContaining({ name: 'model', digest: example.digest }),
    ]);
    expect((await get('/runs/run-mine/stages/train/tests')).body.items).toEqual(
      [{ suite: 'unit', name: 'adds up', status: 'passed' }],
    );
    expect(
      (await get('/runs/run-mine/stages/train/tests?status=failed')).body.items,
    ).toEqual([]);
    expect((await get('/environments')).body.items).toEqual([
      { name: 'staging', title: 'Staging', executor: 'process' },
    ]);
    expect((await get('/runs?status=failed,errored')).body.items).toEqual([]);
    expect(
      (await get('/runs?status=failed&status=succeeded&branch=main')).body
        .items,
    ).toHaveLength(1);
    expect((await get('/pipelines?status=succeeded')).body.items).toEqual([
      expect.objectContaining({
        pipelineRef: 'modelpipeline:default/mine',
        latestRun: expect.objectContaining({ number: 1 }),
        latestVersion: expect.objectContaining({ version: 1 }),
        latestMetrics: [
          expect.objectContaining({ metric: 'rmse', value: 12.3 }),
        ],
      }),
    ]);
  });
});
