import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import type { Run, Status } from '@model-ci/backstage-plugin-model-ci-common';
import {
  addEntry,
  archiveOf,
  type ArtifactStore,
  type EntryHeader,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  ClusterExecutor,
  FakeCluster,
  unpack,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { z } from 'zod';
import { createTestDatabases } from '../database/testDatabase';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { placeOfGiven } from '../secrets/places';
import { Sealer } from '../secrets/Sealer';
import { TransferTokens } from '../transfers/TransferTokens';
import { entityFile } from './testing/createUrlReader';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
const PIPELINE = 'modelpipeline:default/mine';

const DEFINITION = `version: 1
defaults: { executor: cluster }
stages:
  train:
    run: |
      mkdir -p model reports
      cat data.txt data.txt > model/weights.txt
      echo '[{ "name": "rmse", "value": 3 }]' > reports/metrics.json
    artifacts: { model: model }
    reports: { metrics: reports/*.json }
    gates: [{ metric: rmse, max: 5 }]
  check:
    needs: [train]
    run: |
      grep -c row model/weights.txt
      cp model/weights.txt copy.txt
    artifacts: { copy: copy.txt }
`;

const FILES = {
  'catalog-info.yaml': entityFile('mine', 'other'),
  'model-pipeline.yaml': DEFINITION,
  'data.txt': 'row\n',
  'given/metrics.json': '[{ "name": "rmse", "value": 1 }]',
};

function oneStage(...lines: string[]): Record<string, string> {
  return {
    ...FILES,
    'model-pipeline.yaml': `version: 1
defaults: { executor: cluster }
stages:
  train:
${lines.map(line => `    ${line}\n`).join('')}`,
  };
}

/** A tar archive of entries as they are given. */
async function archive(
  entries: Array<EntryHeader & { content?: string }>,
): Promise<Buffer> {
  return await buffer(
    archiveOf(async output => {
      for (const { content, ...header } of entries) {
        const bytes = Buffer.from(content ?? '');
        await addEntry(
          output,
          { ...header, ...(content !== undefined && { size: bytes.length }) },
          content === undefined ? undefined : Readable.from([bytes]),
        );
      }
    }),
  );
}

interface Answer {
  status: number;
  /** What was answered as JSON. */
  body?: unknown;
  bytes: Buffer;
}

const uploadSchema = z.object({ digest: z.string(), size: z.number() });

async function send(
  method: string,
  url: string,
  body: Readable | Buffer = Buffer.alloc(0),
  headers: Record<string, string> = {},
): Promise<Answer> {
  const call = request(url, { method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve);
    call.once('error', reject);
  });
  pipeline(Buffer.isBuffer(body) ? [body] : body, call).catch(() => {});
  const answer = await answered;
  const bytes = await buffer(answer);
  const text = bytes.toString();
  const isJson = answer.headers['content-type']?.includes('json');
  return {
    status: answer.statusCode ?? 0,
    ...(isJson && { body: JSON.parse(text) }),
    bytes,
  };
}

describe.each(databases.ids)('transfers over HTTP on %s', id => {
  let directory: string;
  let cluster: FakeCluster;
  let portal: TestPortal;

  /** Starts a run; jobs wait in the cluster until it has slots. */
  async function start(
    files: Record<string, string> = FILES,
    config: JsonObject = {},
    lostAnswers = 0,
    rest: { artifactStore?: ArtifactStore } = {},
  ): Promise<string> {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-transfers-'));
    cluster = new FakeCluster(directory);
    cluster.slots = 0;
    cluster.lostAnswers = lostAnswers;
    portal = await TestPortal.start({
      db: await databases.init(id),
      executors: [new ClusterExecutor(cluster)],
      files,
      ...rest,
      config: {
        environments: [],
        engine: { retryDelay: '10ms', pollInterval: '50ms' },
        ...config,
      },
    });
    const run = await portal.client.startRun(PIPELINE, { ref: 'main' });
    return run.id;
  }

  function letRun(): void {
    cluster.slots = Infinity;
    cluster.schedule();
  }

  afterEach(async () => {
    await portal?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function untilRun(
    runId: string,
    isThere: (run: Run) => boolean,
  ): Promise<Run> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const run = await portal.client.getRun(runId);
      if (isThere(run)) {
        return run;
      }
      if (Date.now() > deadline) {
        throw new Error(`It did not happen: ${JSON.stringify(run.stages)}`);
      }
      await delay(20);
    }
  }

  /** A run whose first job waits in the cluster, with the URLs that it was given. */
  async function pendingJob(...args: Parameters<typeof start>) {
    const runId = await start(...args);
    await untilRun(runId, () => cluster.jobs.size > 0);
    const [job] = cluster.jobs.values();
    const [{ url: get }] = job.spec.fetch;
    const put = job.spec.upload.find(({ path }) => path === 'model')?.url ?? '';
    return { runId, job, get, put };
  }

  /** How many files the store has. */
  async function blobs(): Promise<number> {
    const files = await readdir(portal.artifactDirectory, {
      recursive: true,
      withFileTypes: true,
    });
    return files.filter(entry => entry.isFile()).length;
  }

  const model = (content: string, more: Partial<EntryHeader> = {}) =>
    archive([
      { name: 'model/', type: 'directory', ...more },
      { name: 'model/weights', content, mode: 0o600, ...more },
    ]);

  it('carry a whole pipeline through a cluster that fetches and uploads for itself', async () => {
    const runId = await start();
    letRun();
    const run = await untilRun(runId, ({ status }) => isEnd(status));
    expect(run).toMatchObject({ status: 'succeeded' });
    const items = await portal.client.listArtifacts(runId);
    expect(items.map(({ name }) => name).sort()).toEqual(['copy', 'model']);
    const [train] = run.stages;
    expect(train.gates).toMatchObject([{ metric: 'rmse', verdict: 'pass' }]);
    expect(train.reports).toMatchObject([{ path: 'reports/metrics.json' }]);
    const digest = items.find(({ name }) => name === 'model')?.digest;
    const stored = await send(
      'GET',
      `${portal.baseUrl}/artifacts/${digest}`,
      undefined,
      { Authorization: mockCredentials.user.header() },
    );
    expect(await unpack(Readable.from([stored.bytes]))).toEqual({
      'model/': '/',
      'model/weights.txt': 'row\nrow\n',
    });
    expect(portal.audit).toContainEqual(
      expect.objectContaining({ id: 'transfer-upload', outcome: 'success' }),
    );
  });

  it('show what the cluster says of a wait, and need no answer of it', async () => {
    const runId = await start(FILES, {}, 3);
    const run = await untilRun(
      runId,
      ({ stages }) => stages[0]?.attempts[0]?.phase?.type === 'pending',
    );
    expect(run.stages[0].attempts[0].phase).toMatchObject({
      type: 'pending',
      reason: { text: 'Resources: 0 of 1 machines are free' },
    });
    const jobs = [...cluster.jobs.values()];
    letRun();
    const ended = await untilRun(runId, ({ status }) => isEnd(status));
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(ended.stages.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
    expect(jobs.map(({ starts }) => starts)).toEqual([1]);
  });

  it('give exactly the bytes that were signed for', async () => {
    const { get, put } = await pendingJob();
    const whole = await send('GET', get);
    expect(whole.status).toBe(200);
    expect(await unpack(Readable.from([whole.bytes]))).toMatchObject({
      'data.txt': 'row\n',
    });
    const range = await send('GET', get, undefined, { Range: 'bytes=512-' });
    expect(range.status).toBe(206);
    expect(range.bytes.equals(whole.bytes.subarray(512))).toBe(true);
    expect(await send('HEAD', get)).toMatchObject({ status: 200 });
    expect(await send('PUT', get, await model('x'))).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('download') } },
    });
    expect(await send('GET', put)).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('upload') } },
    });
    expect(await send('POST', get)).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('download') } },
    });
    expect(await send('DELETE', get)).toMatchObject({ status: 405 });
    const audited = portal.audit.length;
    const [start_, payload] = get.split('.');
    for (const bad of [
      `${portal.baseUrl}/transfers/nonsense`,
      `${start_}.${payload}.AAAA`,
      `${get}x`,
    ]) {
      expect(await send('GET', bad)).toMatchObject({
        status: 403,
        body: { error: { name: 'NotAllowedError' } },
      });
    }
    expect(portal.audit).toHaveLength(audited);
  });

  it('hand the secrets of an attempt over to who asks first, and to nobody else', async () => {
    const key = randomBytes(32).toString('base64');
    const { get, put, runId } = await pendingJob(FILES, {
      secrets: { keys: [key] },
    });
    const run = await portal.client.getRun(runId);
    const attemptId = run.stages[0].attempts[0].id;
    const row = { holder_id: attemptId, name: 'TOKEN' };
    await portal.db('given_secrets').insert({
      ...{ ...row, given_at: new Date().toISOString() },
      ...new Sealer([Buffer.from(key, 'base64')]).seal(
        "it's $HIDDEN",
        placeOfGiven(row),
      ),
    });
    const token = await new TransferTokens({
      ...{ db: portal.db, now: Date.now },
    }).sign({ direction: 'secrets', attemptId }, new Date(Date.now() + 60_000));
    const ask = (
      fetcher: string,
      url = `${portal.baseUrl}/transfers/${token}`,
    ) => send('POST', url, undefined, { 'X-Model-CI-Fetcher': fetcher });
    expect(await ask('not random')).toMatchObject({ status: 400 });
    const first = await ask('a'.repeat(64));
    expect([first.status, first.bytes.toString()]).toEqual([
      ...[200, `export TOKEN='it'\\''s $HIDDEN'\n`],
    ]);
    // Its answer may have been lost.
    expect(await ask('a'.repeat(64))).toEqual(first);
    for (const refused of [
      await ask('b'.repeat(64)),
      await ask('a'.repeat(64), get),
      await ask('a'.repeat(64), put),
      await send('GET', `${portal.baseUrl}/transfers/${token}`),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.bytes.toString()).not.toContain('HIDDEN');
    }
    expect(portal.audit).toContainEqual(
      expect.objectContaining({ id: 'transfer-secrets', outcome: 'success' }),
    );
    expect(JSON.stringify(portal.audit)).not.toContain('HIDDEN');
    await portal.client.cancelRun(runId);
    await untilRun(runId, ({ status }) => isEnd(status));
    expect((await ask('a'.repeat(64))).status).toBe(403);
  });

  it('send an engine to the store where that gives it a URL', async () => {
    const store = new MemoryArtifactStore();
    const fetched: string[] = [];
    const server = createServer((req, res) => {
      const digest = req.url?.slice(1) ?? '';
      fetched.push(digest);
      res.end(store.blobs.get(digest));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const artifactStore = Object.assign(store, {
      signUrl: async (digest: string) => ({
        url: `http://127.0.0.1:${port}/${digest}`,
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      }),
    });
    try {
      const { runId, get } = await pendingJob(FILES, {}, 0, { artifactStore });
      expect(await send('GET', get)).toMatchObject({ status: 302 });
      expect(await send('HEAD', get)).toMatchObject({ status: 200 });
      letRun();
      const run = await untilRun(runId, ({ status }) => isEnd(status));
      expect(run.status).toBe('succeeded');
      expect(fetched.length).toBeGreaterThanOrEqual(2);
      expect(await send('GET', get)).toMatchObject({ status: 403 });
    } finally {
      server.close();
    }
  });

  it('answer the same bytes with the same digest, whoever packed them and when', async () => {
    const { job, put } = await pendingJob();
    const first = await send('PUT', put, await model('w', { uid: 1 }));
    expect(first).toMatchObject({
      status: 201,
      body: {
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        size: expect.any(Number),
      },
    });
    const mtime = new Date('2001-01-01T00:00:00Z');
    const same = await model('w', { mtime, uid: 7, uname: 'ci' });
    expect(await send('PUT', put, same)).toEqual(first);
    const before = await blobs();
    for (const other of ['x', 'y', 'z'.repeat(200_000)]) {
      expect(await send('PUT', put, await model(other))).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('once') } },
      });
    }
    expect(await blobs()).toBe(before);
    const { digest } = uploadSchema.parse(first.body);
    const hash = digest.slice('sha256:'.length);
    const file = ['sha256', hash.slice(0, 2), hash.slice(2, 4), hash];
    await rm(join(portal.artifactDirectory, ...file));
    expect(await send('PUT', put, same)).toEqual(first);
    expect(await blobs()).toBe(before);
    const name = job.spec.name.slice('job-'.length);
    expect(await portal.db('attempt_uploads')).toMatchObject([
      { attempt_id: name, path: 'model', digest },
    ]);
  });

  it('store a path once, however many send it at once', async () => {
    const { put } = await pendingJob();
    const before = await blobs();
    const call = request(put, { method: 'PUT' });
    const answered = once(call, 'response');
    const whole = await model('w'.repeat(1_000_000));
    call.write(whole.subarray(0, 500_000));
    const deadline = Date.now() + 10_000;
    while ((await blobs()) === before && Date.now() < deadline) {
      await delay(10);
    }
    expect(await send('PUT', put, await model('other'))).toMatchObject({
      status: 429,
    });
    call.end(whole.subarray(500_000));
    const [answer] = await answered;
    expect(answer.statusCode).toBe(201);
    answer.resume();
    expect(await send('PUT', put, whole)).toMatchObject({ status: 201 });
    expect(await blobs()).toBe(before + 1);
  });

  it('refuse what is no whole archive of the path, and leave nothing of it', async () => {
    const { put } = await pendingJob(FILES, {
      engine: {
        retryDelay: '10ms',
        pollInterval: '50ms',
        maxArtifactBytes: 100_000,
      },
    });
    const before = await blobs();
    const good = await model('w'.repeat(10_000));
    const other = { name: 'reports/metrics.json', content: '[]' };
    for (const [body, status] of [
      [good.subarray(0, 5000), 400],
      [good.subarray(0, good.length - 1024), 400],
      [Buffer.from('no archive at all'), 400],
      [Buffer.alloc(0), 400],
      [await archive([other]), 400],
      [await archive([{ name: '../../etc/passwd', content: 'x' }]), 400],
      [await archive([{ name: '/etc/passwd', content: 'x' }]), 400],
      [await model('w'.repeat(200_000)), 413],
    ] as const) {
      expect(await send('PUT', put, body)).toMatchObject({ status });
    }
    const chunked = Readable.from([await model('w'.repeat(200_000))]);
    expect(await send('PUT', put, chunked)).toMatchObject({ status: 413 });
    expect(await portal.db('attempt_uploads')).toEqual([]);
    expect(await blobs()).toBe(before);
    expect(await send('PUT', put, good)).toMatchObject({ status: 201 });
  });

  it('leave nothing of an upload that is cut off in the middle', async () => {
    const { put } = await pendingJob();
    const before = await blobs();
    const call = request(put, { method: 'PUT' });
    call.on('error', () => {});
    const whole = await model('w'.repeat(1_000_000));
    call.write(whole.subarray(0, 500_000));
    const deadline = Date.now() + 10_000;
    while ((await blobs()) === before && Date.now() < deadline) {
      await delay(10);
    }
    expect(await blobs()).toBe(before + 1);
    call.destroy();
    while ((await blobs()) > before && Date.now() < deadline) {
      await delay(10);
    }
    expect(await blobs()).toBe(before);
    expect(await portal.db('attempt_uploads')).toEqual([]);
  });

  it('end with their attempt', async () => {
    const { runId, get, put } = await pendingJob();
    await portal.client.cancelRun(runId);
    await untilRun(runId, ({ status }) => isEnd(status));
    for (const [method, url] of [
      ['GET', get],
      ['PUT', put],
    ] as const) {
      expect(await send(method, url)).toMatchObject({
        status: 403,
        body: { error: { message: expect.stringContaining('has ended') } },
      });
    }
  });

  it('fail a stage by what it uploads, in words', async () => {
    const runId = await start(
      oneStage(
        'run: mkdir model; echo x > beside; ln -s ../beside model/link',
        'artifacts: { model: model, missing: missing }',
      ),
    );
    letRun();
    const run = await untilRun(runId, ({ status }) => isEnd(status));
    expect(run.status).toBe('failed');
    expect(run.stages[0].attempts).toHaveLength(1);
    expect(run.stages[0].reason?.text).toMatch(
      /'model\/link' is a link to '..\/beside': that lies beside what is uploaded/,
    );
    expect(run.stages[0].reason?.text).toMatch(/'missing' .*nothing is there/);
  });

  it('count nothing as a result that the attempt was only given', async () => {
    const runId = await start(
      oneStage(
        'run: echo new > given/other.txt',
        'artifacts: { data: data.txt, given: given }',
        'reports: { metrics: given/*.json }',
      ),
    );
    letRun();
    const run = await untilRun(runId, ({ status }) => isEnd(status));
    expect(run.status).toBe('failed');
    const reason = run.stages[0].reason?.text;
    expect(reason).toMatch(/'data' .*was in the source at this commit/);
    expect(reason).toMatch(/given\/metrics.json was in the source/);
    expect(reason).not.toMatch(/Artifact 'given'/);
  });

  it('count a report that was written again with the same words', async () => {
    const runId = await start(
      oneStage(
        'run: cp given/metrics.json new; mv new given/metrics.json',
        'reports: { metrics: given/*.json }',
      ),
    );
    letRun();
    const run = await untilRun(runId, ({ status }) => isEnd(status));
    expect(run).toMatchObject({ status: 'succeeded' });
  });

  it('believe nobody who names a digest that the attempt has not uploaded', async () => {
    const { runId, job } = await pendingJob(
      oneStage(
        'run: mkdir model; echo x > model/x',
        'artifacts: { model: model }',
      ),
    );
    // As a stage could that writes to what its engine reports
    const stranger = `sha256:${'b'.repeat(64)}`;
    job.uploads.set = function set(path) {
      return Map.prototype.set.call(this, path, {
        type: 'uploaded',
        digest: stranger,
      }) as typeof job.uploads;
    };
    letRun();
    const run = await untilRun(runId, ({ status }) => isEnd(status));
    expect(run.status).toBe('failed');
    expect(run.stages[0].reason?.text).toContain(stranger);
    expect(await portal.client.listArtifacts(runId)).toEqual([]);
  });
});

function isEnd(status: Status): boolean {
  return ['succeeded', 'failed', 'errored', 'cancelled'].includes(status);
}
