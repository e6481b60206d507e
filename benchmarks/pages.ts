/* eslint-disable no-console */
/**
 * What each page costs a browser: script that is transferred, the part of it that is ours, calls of the API, and the time until the
 * content is there, with an empty cache and with a full one. Medians of ROUNDS. Needs Chromium, git, Python, and the built
 * web pages (`yarn workspace app build`).
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/pages.ts [rounds] [calls]
 *
 * With `calls`, those of each page are listed.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import type { CDPSession, Page, Request } from 'playwright-core';
import { Session } from '../packages/e2e/src/browser';
import { Portal, root, until, User } from '../packages/e2e/src/portal';

const ROUNDS = Number(process.argv[2] ?? 5);
const LISTS_CALLS = process.argv[3] === 'calls';
const MODEL = 'house-price';
const ENTITY = `/catalog/default/component/${MODEL}`;
const STATIC = path.join(root, 'packages/app/dist/static');

interface Run {
  id: string;
  status: string;
}

/** A page, and what a user came for. */
interface Target {
  name: string;
  path: string;
  content: (page: Page) => Promise<unknown>;
}

interface Visit {
  /** Bytes on the wire. */
  scriptBytes: number;
  ownBytes: number;
  files: number;
  calls: string[];
  milliseconds: number;
}

async function prepare(guest: User): Promise<Run> {
  await guest.post('/api/scaffolder/v2/tasks', {
    templateRef: 'template:default/linear-regression-model',
    values: {
      name: MODEL,
      description: 'Says what a house costs',
      owner: 'group:default/ml',
      host: 'portal',
    },
  });
  const run = await until(
    'the first run to succeed',
    async () => {
      const { items } = await guest.get<{ items: Run[] }>(
        `/api/model-ci/runs?pipeline=modelpipeline:default/${MODEL}`,
      );
      return items.find(({ status }) => status === 'succeeded');
    },
    { seconds: 120 },
  );
  const { id } = await guest.post<{ id: string }>(
    `/api/model-ci/pipelines/default/${MODEL}/deployments`,
    { version: 1, environment: 'staging' },
  );
  await until(
    'the first version to serve',
    async () => {
      const { status } = await guest.get<{ status: string }>(
        `/api/model-ci/deployments/${id}`,
      );
      return status === 'serving' || undefined;
    },
    { seconds: 60 },
  );
  return run;
}

const targetsOf = (run: Run): Target[] => [
  {
    name: 'home',
    path: '/',
    content: page => page.getByText('Last deployed').first().waitFor(),
  },
  {
    name: 'catalog',
    path: '/catalog',
    content: page => page.getByRole('link', { name: MODEL }).first().waitFor(),
  },
  {
    name: 'model, overview',
    path: ENTITY,
    content: page => page.getByText('rmse').first().waitFor(),
  },
  {
    name: 'model, runs',
    path: `${ENTITY}/runs`,
    content: page => page.getByRole('link', { name: '#1' }).first().waitFor(),
  },
  {
    name: 'model, evaluations',
    path: `${ENTITY}/evaluations`,
    content: page => page.getByText('rmse').first().waitFor(),
  },
  {
    name: 'model, deployments',
    path: `${ENTITY}/deployments`,
    content: page => page.getByText('Healthy').first().waitFor(),
  },
  {
    name: 'run',
    path: `/model-ci/runs/${run.id}`,
    content: page =>
      page.getByRole('button', { name: /^Stage evaluate:/ }).waitFor(),
  },
  {
    name: 'version',
    path: `/model-ci/pipelines/default/${MODEL}/versions/1`,
    content: page => page.getByText('rmse').first().waitFor(),
  },
  {
    name: 'pipelines',
    path: '/model-ci',
    content: page => page.getByRole('link', { name: MODEL }).first().waitFor(),
  },
  {
    name: 'nodes',
    path: '/model-ci/nodes',
    content: page => page.getByText('local', { exact: true }).first().waitFor(),
  },
];

const isOwn = (source: string | null) =>
  source !== null &&
  !source.includes('node_modules') &&
  /(plugins|packages\/app)\//.test(source);

const shares = new Map<string, Promise<number>>();

/** The part of a script's characters that comes from this project's sources, from 0 to 1. */
function ownShare(file: string): Promise<number> {
  const known = shares.get(file) ?? readShare(file);
  shares.set(file, known);
  return known;
}

async function readShare(file: string): Promise<number> {
  const text = await fs
    .readFile(path.join(STATIC, `${file}.map`), 'utf8')
    .catch(() => undefined);
  if (text === undefined) return 0;
  const lines = (await fs.readFile(path.join(STATIC, file), 'utf8')).split(
    '\n',
  );
  const mappings: Parameters<Parameters<typeof eachMapping>[1]>[0][] = [];
  eachMapping(new TraceMap(text), mapping => mappings.push(mapping));
  let own = 0;
  let all = 0;
  for (const [index, mapping] of mappings.entries()) {
    const next = mappings[index + 1];
    const end =
      next?.generatedLine === mapping.generatedLine
        ? next.generatedColumn
        : lines[mapping.generatedLine - 1].length;
    const length = end - mapping.generatedColumn;
    all += length;
    if (isOwn(mapping.source)) own += length;
  }
  return all === 0 ? 0 : own / all;
}

/** Opens a page and notes what comes over the wire until its content is there and the network is quiet. */
async function visit(
  { page, portal }: Session,
  wire: CDPSession,
  target: Target,
): Promise<Visit> {
  const scripts = new Map<string, { file: string; bytes: number }>();
  const calls: string[] = [];
  const onResponse = (event: {
    requestId: string;
    type: string;
    response: { url: string };
  }) => {
    const { pathname } = new URL(event.response.url);
    if (event.type === 'Script') {
      scripts.set(event.requestId, { file: path.basename(pathname), bytes: 0 });
    }
  };
  const onFinished = (event: {
    requestId: string;
    encodedDataLength: number;
  }) => {
    const script = scripts.get(event.requestId);
    if (script) script.bytes = event.encodedDataLength;
  };
  const onRequest = (request: Request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) {
      calls.push(
        [request.method(), pathname + search, request.postData()].join(' '),
      );
    }
  };
  wire.on('Network.responseReceived', onResponse);
  wire.on('Network.loadingFinished', onFinished);
  page.on('request', onRequest);
  const started = performance.now();
  await page.goto(`${portal.url}${target.path}`, { waitUntil: 'commit' });
  await target.content(page);
  const milliseconds = performance.now() - started;
  await page.waitForLoadState('networkidle');
  wire.off('Network.responseReceived', onResponse);
  wire.off('Network.loadingFinished', onFinished);
  page.off('request', onRequest);
  const all = [...scripts.values()].filter(({ bytes }) => bytes > 0);
  const own = await Promise.all(
    all.map(async ({ file, bytes }) => bytes * (await ownShare(file))),
  );
  return {
    scriptBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    ownBytes: own.reduce((sum, bytes) => sum + bytes, 0),
    files: all.length,
    calls,
    milliseconds,
  };
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const repeated = (calls: string[]) => calls.length - new Set(calls).size;

async function measure(session: Session, targets: Target[]): Promise<void> {
  const wire = await session.page.context().newCDPSession(session.page);
  await wire.send('Network.enable');
  console.log(
    '| page | script | ours | files | calls | asked twice | cold | warm |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  for (const target of targets) {
    const cold: Visit[] = [];
    const warm: Visit[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await wire.send('Network.clearBrowserCache');
      cold.push(await visit(session, wire, target));
      warm.push(await visit(session, wire, target));
    }
    const of = (visits: Visit[], key: keyof Omit<Visit, 'calls'>) =>
      median(visits.map(one => one[key]));
    const calls = cold.at(-1)?.calls ?? [];
    console.log(
      [
        '',
        target.name,
        `${Math.round(of(cold, 'scriptBytes') / 1000)} kB`,
        `${Math.round(of(cold, 'ownBytes') / 1000)} kB`,
        of(cold, 'files'),
        median(cold.map(one => one.calls.length)),
        repeated(calls),
        `${(of(cold, 'milliseconds') / 1000).toFixed(1)} s`,
        `${(of(warm, 'milliseconds') / 1000).toFixed(1)} s`,
        '',
      ]
        .join(' | ')
        .trim(),
    );
    if (LISTS_CALLS) console.log(calls.map(call => `  ${call}`).join('\n'));
  }
}

async function main(): Promise<void> {
  const portal = await Portal.create();
  let session: Session | undefined;
  try {
    await portal.start();
    const run = await prepare(await User.guest(portal));
    session = await Session.signIn(portal);
    await measure(session, targetsOf(run));
  } finally {
    await session?.close();
    await portal.stop();
    await portal.remove();
  }
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
