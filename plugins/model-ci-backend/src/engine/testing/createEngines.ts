import type { Knex } from 'knex';
import { mockServices } from '@backstage/backend-test-utils';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import { createAnalyses } from '../../analysis/createAnalyses';
import {
  RunService,
  type RunServiceOptions,
  type StartRunInput,
} from '../../runs/RunService';
import { NodeService } from '../../nodes/NodeService';
import { DEFAULT_ENGINE_CONFIG } from '../config';
import { Engine } from '../Engine';
import type { EngineConfig, EngineOptions, SucceededRun } from '../types';
import { FakeExecutor } from './FakeExecutor';
import { FAKE_COMMIT, FAKE_SOURCE_URL, FakeSource } from './FakeSource';
import { MemoryArtifactStore } from './MemoryArtifactStore';

export const TEST_PIPELINE = 'modelpipeline:default/house-price';

export interface EngineFixture {
  store: MemoryArtifactStore;
  source: FakeSource;
  signals: ModelCiSignal[];
  succeeded: SucceededRun[];
  engine: Engine;
  runs: RunService;
  nodes: NodeService;
  /** Another replica on the same database, executors and source. */
  createEngine(options?: Partial<EngineConfig>, replicaId?: string): Engine;
  /** Queues a run of the source's commit. */
  start(input?: Partial<StartRunInput>): Promise<string>;
}

/** So that what did not happen can be explained. */
const databases = new WeakMap<Engine, Knex>();

/** An engine with its surroundings, for tests. Nothing runs before a step is taken or `start` is called. */
export function createEngines(
  db: Knex,
  options: {
    files: Record<string, string>;
    executors?: Executor[];
    config?: Partial<EngineConfig>;
    onRunSucceeded?: EngineOptions['onRunSucceeded'];
    onChange?: EngineOptions['onChange'];
    now?: () => number;
    secrets?: EngineOptions['secrets'];
    analyses?: Partial<EngineOptions['analyses']>;
    excludeAuthor?: RunServiceOptions['excludeAuthor'];
  },
): EngineFixture {
  const store = new MemoryArtifactStore();
  const source = new FakeSource(options.files);
  const signals: ModelCiSignal[] = [];
  const succeeded: SucceededRun[] = [];
  const executors = options.executors ?? [new FakeExecutor()];
  const createEngine: EngineFixture['createEngine'] = (config, replicaId) =>
    new Engine({
      db,
      logger: mockServices.logger.mock(),
      executors: new Map(executors.map(item => [item.name, item])),
      artifactStore: store,
      analyses: { ...createAnalyses(store), ...options.analyses },
      source,
      config: {
        ...DEFAULT_ENGINE_CONFIG,
        retryDelayMs: 1,
        ...options.config,
        ...config,
      },
      environments: ['staging', 'production'],
      ...(options.secrets && { secrets: options.secrets }),
      onChange: options.onChange ?? (signal => signals.push(signal)),
      ...(options.now && { now: options.now }),
      onRunSucceeded:
        options.onRunSucceeded ??
        (async run => {
          succeeded.push(run);
        }),
      ...(replicaId !== undefined && { replicaId }),
    });
  const engine = createEngine();
  databases.set(engine, db);
  const runs = new RunService({
    db,
    engine,
    artifactStore: store,
    source,
    stageResults: async () => new Map(),
    excludeAuthor: options.excludeAuthor,
  });
  const nodes = new NodeService({
    db,
    engine,
    kept: async () => [],
    nodeLostAfterMs: DEFAULT_ENGINE_CONFIG.nodeLostAfterMs,
    inventoryIntervalMs: DEFAULT_ENGINE_CONFIG.inventoryIntervalMs,
    now: options.now ?? Date.now,
  });
  return {
    store,
    source,
    signals,
    succeeded,
    engine,
    runs,
    nodes,
    createEngine,
    async start(input = {}) {
      const run = await runs.start({
        pipelineRef: TEST_PIPELINE,
        sourceUrl: FAKE_SOURCE_URL,
        ref: 'main',
        commit: FAKE_COMMIT,
        trigger: 'manual',
        createdBy: 'user:default/guest',
        ...input,
      });
      return run.id;
    },
  };
}

/** A `model-pipeline.yaml` of stages given as YAML, one per line. */
export function pipelineOf(...stages: string[]): Record<string, string> {
  return {
    'model-pipeline.yaml': [
      'version: 1',
      'stages:',
      ...stages.map(stage => `  ${stage}`),
      '',
    ].join('\n'),
  };
}

/** Takes the steps of an engine until a condition holds; nothing waits for a clock. */
export async function driveUntil(
  engine: Engine,
  condition: () => Promise<boolean> | boolean,
  { seconds = 20 } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  await engine.refreshNodesOnce();
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(
        `What was waited for did not happen in time; there are ${await describeStages(
          engine,
        )}`,
      );
    }
    await engine.prepareOnce();
    await engine.claimOnce();
    await engine.cancelOnce();
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function describeStages(engine: Engine): Promise<string> {
  const stages = await databases
    .get(engine)?.('stages')
    .leftJoin('attempts', 'attempts.stage_id', 'stages.id')
    .select(
      'stages.name',
      'stages.status',
      'attempts.number',
      'attempts.status as attempt',
      'attempts.phase',
      'attempts.reason',
    );
  return JSON.stringify(stages);
}
