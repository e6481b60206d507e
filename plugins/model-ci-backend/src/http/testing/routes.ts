/** One call of the HTTP interface. */
export interface TestedRoute {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As it is registered. */
  path: string;
  /** Names of its parameters. */
  query: string[];
  /** A valid body, for calls that have one. */
  body?: Record<string, string | number | boolean | string[]>;
}

const page = ['cursor', 'limit'];
const exampleSet = [
  ...['stage', 'instance', 'environment', 'dataset', 'task', 'metric'],
];
const pipeline = '/pipelines/:namespace/:name';
const stage = '/runs/:runId/stages/:stage';
const deployment = '/deployments/:deploymentId';

/** Every call but those that go to what is deployed. */
export const ROUTES: TestedRoute[] = [
  {
    method: 'get',
    path: '/pipelines',
    query: [...page, 'status', 'owner', 'q'],
  },
  { method: 'get', path: pipeline, query: [] },
  { method: 'get', path: `${pipeline}/parity`, query: ['stage'] },
  { method: 'get', path: `${pipeline}/deliveries`, query: page },
  { method: 'get', path: `${pipeline}/caches`, query: [] },
  { method: 'delete', path: `${pipeline}/caches`, query: [] },
  { method: 'get', path: `${pipeline}/schedules`, query: [] },
  {
    method: 'post',
    path: `${pipeline}/schedules/pause`,
    query: [],
    body: {},
  },
  {
    method: 'post',
    path: `${pipeline}/schedules/resume`,
    query: [],
    body: {},
  },
  { method: 'get', path: `${pipeline}/tokens`, query: [] },
  {
    method: 'post',
    path: `${pipeline}/tokens`,
    query: [],
    body: {
      name: 'jenkins',
      actions: ['report'],
      expiresInDays: 90,
      alsoFor: [],
    },
  },
  { method: 'delete', path: `${pipeline}/tokens/:tokenId`, query: [] },
  {
    method: 'post',
    path: `${pipeline}/deliveries/:deliveryId/start`,
    query: [],
    body: {},
  },
  {
    method: 'post',
    path: `${pipeline}/takeover`,
    query: [],
    body: { reason: 'moved' },
  },
  {
    method: 'post',
    path: `${pipeline}/runs`,
    query: [],
    body: {
      ref: 'main',
      commit: 'a'.repeat(40),
      trigger: 'manual',
      idempotencyKey: 'k',
    },
  },
  {
    method: 'get',
    path: `${pipeline}/parameters`,
    query: ['ref', 'commit'],
  },
  {
    method: 'get',
    path: '/runs',
    query: [...page, 'pipeline', 'status', 'branch', 'trigger'],
  },
  { method: 'get', path: '/runs/:runId', query: [] },
  { method: 'get', path: '/runs/:runId/series', query: ['metric'] },
  { method: 'get', path: '/runs/:runId/gpus', query: [] },
  {
    method: 'get',
    path: '/runs/:runId/stages/:stage/gates/examples',
    // Its cursor is read once a gate with pairs of examples is named.
    query: ['limit', 'metric', 'dataset', 'slice', 'flips', 'evidence'],
  },
  { method: 'post', path: '/runs/:runId/cancel', query: [], body: {} },
  {
    method: 'post',
    path: `${stage}/decision`,
    query: [],
    body: { decision: 'continue', reason: 'r', evidence: 'sha256:1' },
  },
  {
    method: 'post',
    path: '/attempts/:attemptId/give-up',
    query: [],
    body: { reason: 'r' },
  },
  {
    method: 'post',
    path: '/attempts/:attemptId/declare-lost',
    query: [],
    body: { reason: 'r' },
  },
  {
    method: 'post',
    path: '/runs/:runId/retry',
    query: [],
    body: { from: 'train' },
  },
  {
    method: 'get',
    path: `${stage}/logs`,
    query: ['attempt', 'offset', 'limit'],
  },
  { method: 'get', path: `${stage}/logs/times`, query: ['attempt'] },
  {
    method: 'get',
    path: `${stage}/tests`,
    query: [...page, 'attempt', 'status'],
  },
  { method: 'get', path: '/runs/:runId/artifacts', query: [] },
  { method: 'get', path: '/artifacts/:digest', query: [] },
  { method: 'get', path: '/artifacts/:digest/files', query: [] },
  { method: 'get', path: '/artifacts/:digest/file', query: ['path'] },
  {
    method: 'get',
    path: `${pipeline}/evaluations`,
    query: ['metric', 'dataset', 'environment', 'from', 'to', 'limit'],
  },
  { method: 'get', path: `${pipeline}/versions`, query: page },
  { method: 'get', path: `${pipeline}/versions/:version`, query: [] },
  { method: 'get', path: `${pipeline}/versions/:version/lineage`, query: [] },
  {
    method: 'get',
    path: `${pipeline}/versions/:version/model-card`,
    query: [],
  },
  {
    method: 'get',
    path: `${pipeline}/versions/:version/provenance`,
    query: ['statement'],
  },
  { method: 'get', path: `${pipeline}/compare`, query: ['versions'] },
  {
    method: 'get',
    path: `${pipeline}/compare/examples`,
    // Its cursor is read once two versions with examples are named.
    query: [
      'limit',
      ...exampleSet,
      ...['versions', 'sort', 'slice', 'sliceValue', 'flips', 'text', 'common'],
    ],
  },
  {
    method: 'get',
    path: `${pipeline}/compare/differences`,
    query: ['versions'],
  },
  { method: 'get', path: `${pipeline}/compare/trends`, query: [] },
  {
    method: 'get',
    path: `${pipeline}/compare/ledger`,
    query: ['id', ...exampleSet],
  },
  { method: 'get', path: `${pipeline}/history/lines`, query: [] },
  {
    method: 'get',
    path: `${pipeline}/history`,
    query: [
      ...['metric', 'dataset', 'environment', 'instance', 'slice'],
      ...['datasetDigest', 'scope', 'from', 'to', 'limit'],
    ],
  },
  { method: 'get', path: `${pipeline}/secrets`, query: [] },
  {
    method: 'put',
    path: `${pipeline}/secrets/:secret`,
    query: [],
    body: { scope: 'pipeline', value: 'a long enough value' },
  },
  {
    method: 'delete',
    path: `${pipeline}/secrets/:secret`,
    query: ['scope', 'environment'],
  },
  {
    method: 'put',
    path: `${pipeline}/secrets/:secret/release`,
    query: [],
    body: { isAllowed: true },
  },
  { method: 'post', path: '/secrets/reencrypt', query: [], body: {} },
  {
    method: 'put',
    path: `${pipeline}/aliases/:alias`,
    query: [],
    body: { version: 1, reason: 'r' },
  },
  { method: 'get', path: `${pipeline}/aliases`, query: [] },
  {
    method: 'delete',
    path: `${pipeline}/aliases/:alias`,
    query: ['reason'],
  },
  {
    method: 'post',
    path: `${pipeline}/deployments`,
    query: [],
    body: { version: 1, environment: 'staging', comment: 'x' },
  },
  {
    method: 'get',
    path: '/deployments',
    query: [...page, 'pipeline', 'environment'],
  },
  { method: 'get', path: deployment, query: [] },
  {
    method: 'post',
    path: `${deployment}/rollback`,
    query: [],
    body: { comment: 'x' },
  },
  { method: 'post', path: `${deployment}/stop`, query: [], body: {} },
  { method: 'get', path: '/environments', query: [] },
  { method: 'get', path: '/nodes', query: [] },
  {
    method: 'post',
    path: '/nodes/:node/cordon',
    query: [],
    body: { reason: 'r' },
  },
  {
    method: 'post',
    path: '/nodes/:node/drain',
    query: [],
    body: { reason: 'r', timeoutSeconds: 60 },
  },
  {
    method: 'post',
    path: '/nodes/:node/uncordon',
    query: [],
    body: { reason: 'r' },
  },
  { method: 'get', path: '/queue', query: page },
  {
    method: 'get',
    path: '/merge-checks',
    query: ['repositoryUrl', 'number', 'commit'],
  },
  { method: 'get', path: '/schema/model-pipeline.json', query: [] },
  {
    method: 'post',
    path: '/import',
    query: [],
    body: { text: 'pipeline { }', name: 'Jenkinsfile', kind: 'jenkins' },
  },
  {
    method: 'post',
    path: '/repositories/analyze',
    query: [],
    body: { url: 'https://github.com/example/mine' },
  },
];
