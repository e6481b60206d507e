/* eslint-disable no-console */
/**
 * How fast the lists and histories answer over HTTP, at 10 thousand and at 1 million runs, which reported 100
 * thousand and 10 million metrics, and with how many queries. Takes 15 GB below TMPDIR.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/lists.ts [runs]
 *
 * Brings its own PostgreSQL, unless MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import { performance } from 'node:perf_hooks';
import {
  type AuditorService,
  type AuthService,
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type LoggerService,
  type PermissionsService,
  type RootConfigService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  type CatalogService,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type { Knex } from 'knex';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { WindowLimiter } from '@model-ci/backstage-plugin-model-ci-node';
import { createAnalyses } from '../plugins/model-ci-backend/src/analysis/createAnalyses';
import { ComparisonService } from '../plugins/model-ci-backend/src/comparison/ComparisonService';
import { createDeployments } from '../plugins/model-ci-backend/src/deployments/createDeployments';
import { DEFAULT_ENGINE_CONFIG } from '../plugins/model-ci-backend/src/engine/config';
import { Engine } from '../plugins/model-ci-backend/src/engine/Engine';
import { FakeSource } from '../plugins/model-ci-backend/src/engine/testing/FakeSource';
import { MemoryArtifactStore } from '../plugins/model-ci-backend/src/engine/testing/MemoryArtifactStore';
import { EvaluationService } from '../plugins/model-ci-backend/src/evaluations/EvaluationService';
import { ParityService } from '../plugins/model-ci-backend/src/evaluations/ParityService';
import { GpuService } from '../plugins/model-ci-backend/src/gpus/GpuService';
import { NodeService } from '../plugins/model-ci-backend/src/nodes/NodeService';
import { SeriesService } from '../plugins/model-ci-backend/src/evaluations/SeriesService';
import { Access } from '../plugins/model-ci-backend/src/http/Access';
import { MachineAccess } from '../plugins/model-ci-backend/src/http/MachineAccess';
import { ExternalRunService } from '../plugins/model-ci-backend/src/external/ExternalRunService';
import { createRouter } from '../plugins/model-ci-backend/src/http/createRouter';
import { Slots } from '../plugins/model-ci-backend/src/limits/Slots';
import { TokenService } from '../plugins/model-ci-backend/src/tokens/TokenService';
import { TransferTokens } from '../plugins/model-ci-backend/src/transfers/TransferTokens';
import { modelPipelineConditions } from '../plugins/model-ci-backend/src/permissions/rules';
import { registerPermissions } from '../plugins/model-ci-backend/src/permissions/registerPermissions';
import { PipelineService } from '../plugins/model-ci-backend/src/pipelines/PipelineService';
import { RunService } from '../plugins/model-ci-backend/src/runs/RunService';
import { LineageService } from '../plugins/model-ci-backend/src/lineage/LineageService';
import { Sealer } from '../plugins/model-ci-backend/src/secrets/Sealer';
import { SecretService } from '../plugins/model-ci-backend/src/secrets/SecretService';
import { VersionService } from '../plugins/model-ci-backend/src/versions/VersionService';
import { Deliveries } from '../plugins/model-ci-backend/src/triggers/Deliveries';
import { MergeChecks } from '../plugins/model-ci-backend/src/triggers/MergeChecks';
import { Schedules } from '../plugins/model-ci-backend/src/triggers/schedules/Schedules';
import { withPostgres } from './databases';
import { DORMANT_OWNER, pipelineRef, seedRuns } from './seedRuns';

const SMALL = 10_000;
const LARGE = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 200;
const PAGE = 100;

interface Figure {
  p50: number;
  p95: number;
  queries: number;
  items: number;
}

/** What is asked for, the `i`th time. */
interface Question {
  name: string;
  path(i: number): string;
  /** Whose pipelines the caller may read; all if absent. */
  owners?: string[];
  /** Whether a page far behind is asked for as well. */
  paged?: boolean;
}

const busy = encodeURIComponent(pipelineRef(0));
const team = ['group:default/team-7'];
/** Of one of the busier pipelines: the 500th has 500 of a million runs. */
function history(pipeline: number, limit: number): string {
  const name = pipelineRef(pipeline).split('/')[1];
  return `/pipelines/default/${name}/evaluations?metric=rmse&dataset=houses&limit=${limit}`;
}

const QUESTIONS: Question[] = [
  { name: 'runs', path: () => '/runs', paged: true },
  {
    name: 'runs of the busiest pipeline',
    path: () => `/runs?pipeline=${busy}`,
    paged: true,
  },
  {
    name: 'runs of any pipeline',
    path: i => `/runs?pipeline=${encodeURIComponent(pipelineRef(i * 4))}`,
  },
  { name: 'failed runs', path: () => '/runs?status=failed', paged: true },
  { name: 'runs of a rare status', path: () => '/runs?status=cancelled' },
  {
    name: 'runs that wait or run, of which there are none',
    path: () => '/runs?status=queued,running',
  },
  {
    name: 'runs of the main branch',
    path: () => '/runs?branch=main',
    paged: true,
  },
  {
    name: 'runs of a short-lived branch',
    path: i => `/runs?branch=feature/${i}`,
  },
  {
    name: 'runs of a branch that there is not, of the busiest pipeline',
    path: i => `/runs?pipeline=${busy}&branch=none-${i}`,
  },
  {
    name: 'runs, for a member of one team',
    path: () => '/runs',
    owners: team,
    paged: true,
  },
  {
    name: 'failed runs, for a member of one team',
    path: () => '/runs?status=failed',
    owners: team,
    paged: true,
  },
  {
    name: 'runs, for a team that has not run anything for long',
    path: () => '/runs',
    owners: [DORMANT_OWNER],
  },
  { name: 'pipelines', path: () => '/pipelines' },
  { name: 'pipelines, 100 a page', path: () => '/pipelines?limit=100' },
  {
    name: 'pipelines whose latest run failed',
    path: () => '/pipelines?status=failed',
  },
  ...[200, 1000].flatMap(limit => [
    {
      name: `history of one metric, ${limit} points, asked for before`,
      path: (i: number) => history(i % 10, limit),
    },
    {
      name: `history of one metric, ${limit} points, asked for the first time`,
      path: (i: number) => history(limit === 200 ? 100 + i : 310 + i, limit),
    },
  ]),
];

/** The routes of the backend, over a database, and nothing that works in the background. */
class Portal {
  private queries = 0;
  private owners?: string[];
  private url = '';

  private constructor(db: Knex) {
    db.on('query', () => this.queries++);
  }

  static async start(db: Knex): Promise<Portal> {
    const portal = new Portal(db);
    const backend = await startTestBackend({
      features: [
        createRoutesPlugin(db),
        catalogServiceMock.factory(),
        createServiceFactory({
          service: coreServices.permissions,
          deps: {},
          factory: () => portal.permissions(),
        }),
      ],
    });
    portal.url = `http://localhost:${backend.server.port()}/api/model-ci`;
    return portal;
  }

  /** Asks as often as is needed for figures. */
  async measure({ path, owners }: Question, cursor?: string): Promise<Figure> {
    this.owners = owners;
    const times: number[] = [];
    let queries = 0;
    let items = 0;
    for (let i = -10; i < ROUNDS; i++) {
      this.queries = 0;
      const started = performance.now();
      const answer = await this.ask(withCursor(path(i + 10), cursor));
      if (i >= 0) times.push(performance.now() - started);
      queries = Math.max(queries, this.queries);
      items = Math.max(items, countItems(answer));
    }
    times.sort((a, b) => a - b);
    const quantile = (q: number) => times[Math.floor(q * times.length)];
    return { p50: quantile(0.5), p95: quantile(0.95), queries, items };
  }

  /** The cursor of the 100th page, or of the last one where there are not as many. */
  async walk({ path, owners }: Question): Promise<[number, string?]> {
    this.owners = owners;
    let cursor: string | undefined;
    for (let page = 1; page < PAGE; page++) {
      const { nextCursor } = await this.ask(withCursor(path(0), cursor));
      if (nextCursor === undefined) return [page, cursor];
      cursor = nextCursor;
    }
    return [PAGE, cursor];
  }

  private async ask(path: string): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      headers: { Authorization: mockCredentials.user.header() },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${text}`);
    return JSON.parse(text);
  }

  /** As a policy that lets everybody read everything, or members what their team owns. */
  private permissions(): PermissionsService {
    const allow = { result: AuthorizeResult.ALLOW } as const;
    const decide = (): PolicyDecision =>
      this.owners === undefined
        ? allow
        : {
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'model-ci',
            resourceType: 'model-ci-pipeline',
            conditions: modelPipelineConditions.isOwner({
              owners: this.owners,
            }),
          };
    return {
      authorize: async requests => requests.map(() => allow),
      authorizeConditional: async requests => requests.map(decide),
    };
  }
}

interface Answer {
  nextCursor?: string;
  items: Array<{ points?: unknown[] }>;
}

/** Runs, pipelines, or the points of all histories. */
function countItems({ items }: Answer): number {
  return items.reduce((sum, { points }) => sum + (points?.length ?? 1), 0);
}

function withCursor(path: string, cursor: string | undefined): string {
  if (cursor === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
}

function createRoutesPlugin(db: Knex) {
  return createBackendPlugin({
    pluginId: 'model-ci',
    register(env) {
      env.registerInit({
        deps: {
          auditor: coreServices.auditor,
          auth: coreServices.auth,
          catalog: catalogServiceRef,
          config: coreServices.rootConfig,
          httpAuth: coreServices.httpAuth,
          httpRouter: coreServices.httpRouter,
          logger: coreServices.logger,
          permissions: coreServices.permissions,
          permissionsRegistry: coreServices.permissionsRegistry,
          userInfo: coreServices.userInfo,
        },
        async init(services) {
          const { httpRouter, permissionsRegistry } = services;
          const parts = createParts(db, services);
          registerPermissions(permissionsRegistry, parts.pipelines);
          httpRouter.use(
            createRouter(
              {
                ...parts,
                db,
                parity: new ParityService({ db }),
                series: new SeriesService({ db }),
                gpus: new GpuService({ db }),
                mergeChecks: new MergeChecks({
                  ...{ db, pipelines: parts.pipelines, appUrl: '' },
                }),
                secrets: new SecretService({
                  sealer: new Sealer([]),
                  vaults: new Map(),
                  environments: [],
                  db,
                  now: Date.now,
                }),
                lineage: new LineageService({
                  db,
                  versions: parts.versions,
                  builderId: async () => 'https://portal.example',
                  describeModel: async () => undefined,
                }),
                logger: services.logger,
                auditor: services.auditor,
                access: new Access({
                  ...services,
                  ...parts,
                  db,
                  watchers: { watch: async () => {} },
                }),
                quota: { demandRoom: async () => {} },
                slots: {
                  requests: new Slots(Infinity),
                  followers: new Slots(Infinity),
                  predictions: new Slots(Infinity),
                },
                transfers: {
                  tokens: new TransferTokens({ db, now: Date.now }),
                  slots: new Slots(Infinity),
                  uploading: new Slots(1),
                  maxUploadBytes: Infinity,
                  now: Date.now,
                  secrets: { handOver: async () => ({}) },
                },
                repositories: {
                  analyze: async () => {
                    throw new Error('The benchmark has no code hosts');
                  },
                },
                deliveries: new Deliveries({
                  db,
                  logger: services.logger,
                  trigger: {
                    handle: async () => [],
                    agree: async (_, __, { pipelineRef: ref }) => ({
                      pipelineRef: ref,
                    }),
                  },
                }),
                schedules: new Schedules({
                  ...parts,
                  db,
                  logger: services.logger,
                }),
                stopping: new AbortController().signal,
              },
              (_req, _res, next) => next(),
            ),
          );
        },
      });
    },
  });
}

function createParts(
  db: Knex,
  services: {
    auditor: AuditorService;
    auth: AuthService;
    catalog: CatalogService;
    config: RootConfigService;
    logger: LoggerService;
  },
) {
  const { logger } = services;
  const artifactStore = new MemoryArtifactStore();
  const source = new FakeSource({});
  const analyses = createAnalyses(artifactStore);
  const common = { db, logger, artifactStore, executors: new Map() };
  const onChange = () => {};
  const deployments = createDeployments({
    replicaId: 'benchmark',
    ...common,
    config: services.config,
    auditor: services.auditor,
    lostBefore: () => undefined,
    findRight: async () => ({
      type: 'refused',
      reason: quoted('Nothing runs here'),
    }),
    onChange,
  }).service;
  const engine = new Engine({
    ...common,
    analyses,
    source,
    config: DEFAULT_ENGINE_CONFIG,
    onChange,
    onRunSucceeded: async () => {},
  });
  const evaluations = new EvaluationService({ db });
  const comparisons = new ComparisonService({ db, comparer: analyses });
  const versions = new VersionService({ db });
  const runs = new RunService({
    db,
    engine,
    artifactStore,
    source,
    stageResults: runId => evaluations.stageResults(runId),
  });
  const facts = { runs, versions, deployments };
  const pipelines = new PipelineService({
    db,
    source,
    integrations: ScmIntegrations.fromConfig(services.config),
    owners: { refusal: async () => undefined },
    ...services,
    ...facts,
  });
  const nodes = new NodeService({
    db,
    engine,
    kept: async () => [],
    nodeLostAfterMs: Infinity,
    inventoryIntervalMs: 10_000,
    now: Date.now,
  });
  const tokens = new TokenService({ db, now: Date.now });
  const externalRuns = new ExternalRunService({
    ...{ db, logger, source, analyses, engine, runs },
    store: artifactStore,
    quota: { demandRoom: async () => {} },
    environments: [],
    limits: DEFAULT_ENGINE_CONFIG,
    silentAfterMs: Infinity,
    maxRunBytes: Infinity,
    appBaseUrl: 'https://portal.example',
    now: Date.now,
  });
  const machines = new MachineAccess({
    tokens,
    failures: new WindowLimiter({ max: Infinity, windowMs: 60_000 }),
    asUser: async () => mockCredentials.user(),
  });
  return {
    artifactStore,
    source,
    nodes,
    tokens,
    externalRuns,
    machines,
    evaluations,
    comparisons,
    pipelines,
    ...facts,
  };
}

function show(
  question: string,
  small: Figure | undefined,
  large: Figure,
  where = '',
) {
  const ratio = small && (large.p95 / small.p95).toFixed(2);
  const of = ({ p50, p95, items }: Figure) =>
    `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms (${items})`;
  console.log(
    `${question}${where}: ${small ? `${of(small)} -> ` : ''}${of(large)}${
      ratio ? `, ${ratio} x` : ''
    }, ${large.queries} queries`,
  );
}

async function main(): Promise<void> {
  await withPostgres(async open => {
    const [small, large] = [await open('small'), await open('large')];
    for (const [db, runs] of [
      [small, SMALL],
      [large, LARGE],
    ] as const) {
      const started = performance.now();
      await seedRuns(db, runs);
      const seconds = (performance.now() - started) / 1000;
      console.log(`${runs} runs written in ${seconds.toFixed(0)} s`);
    }
    const portals = [await Portal.start(small), await Portal.start(large)];
    console.log('p50, p95 (items), at the smaller size -> at the larger size');
    for (const question of QUESTIONS) {
      const figures = [];
      for (const portal of portals)
        figures.push(await portal.measure(question));
      show(question.name, figures[0], figures[1]);
      if (question.paged) {
        const behind = [];
        for (const portal of portals) {
          const [page, cursor] = await portal.walk(question);
          behind.push({ page, ...(await portal.measure(question, cursor)) });
        }
        const pages = behind.map(({ page }) => page).join(' -> ');
        show(question.name, behind[0], behind[1], `, page ${pages}`);
      }
    }
  });
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
