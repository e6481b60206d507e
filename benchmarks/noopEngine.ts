import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { createAnalyses } from '../plugins/model-ci-backend/src/analysis/createAnalyses';
import { DEFAULT_ENGINE_CONFIG } from '../plugins/model-ci-backend/src/engine/config';
import { Engine } from '../plugins/model-ci-backend/src/engine/Engine';
import {
  FakeExecutor,
  fakeNode,
} from '../plugins/model-ci-backend/src/engine/testing/FakeExecutor';
import {
  FAKE_COMMIT,
  FAKE_SOURCE_URL,
  FakeSource,
} from '../plugins/model-ci-backend/src/engine/testing/FakeSource';
import { MemoryArtifactStore } from '../plugins/model-ci-backend/src/engine/testing/MemoryArtifactStore';
import { RunService } from '../plugins/model-ci-backend/src/runs/RunService';

const quiet: LoggerService = {
  error: (message, meta) => console.error(message, meta ?? ''),
  warn: message => console.warn(message),
  info: () => {},
  debug: () => {},
  child: () => quiet,
};

/** An engine on a database, as the backend sets it up, with an executor that does nothing. */
export interface NoopEngine {
  engine: Engine;
  /** Queues a run of the pipeline; answers its id. */
  start(): Promise<string>;
  /** The definition that runs to come will have. */
  define(definition: string): void;
  /** Gives the one node so many CPUs; a stage takes one. */
  resize(cpus: number): Promise<void>;
  /** Resolves once so many runs have succeeded since the beginning. */
  until(succeeded: number): Promise<void>;
  /** When the stages of a run were submitted, in their order. */
  submitted(runId: string): number[];
}

export async function createNoopEngine(db: Knex): Promise<NoopEngine> {
  await db.migrate.latest({
    directory: resolve(__dirname, '../plugins/model-ci-backend/migrations'),
  });
  const source = new FakeSource({});
  const store = new MemoryArtifactStore();
  const submitted = new Map<string, number[]>();
  const executor = new FakeExecutor({
    nodes: [],
    script: task => {
      const { runId } = task.spec;
      const times = submitted.get(runId) ?? [];
      times.push(performance.now());
      submitted.set(runId, times);
      task.exit(0);
    },
  });
  let succeeded = 0;
  let wake = () => {};
  const engine = new Engine({
    db,
    logger: quiet,
    executors: new Map([[executor.name, executor]]),
    artifactStore: store,
    analyses: createAnalyses(store),
    source,
    config: DEFAULT_ENGINE_CONFIG,
    onChange: () => {},
    onRunSucceeded: async () => {
      succeeded++;
      wake();
    },
  });
  const runs = new RunService({
    db,
    engine,
    artifactStore: store,
    source,
    stageResults: async () => new Map(),
  });
  const nextSuccess = () =>
    new Promise<void>(done => {
      wake = done;
    });
  return {
    engine,
    async start() {
      const { id } = await runs.start({
        pipelineRef: 'modelpipeline:default/benchmark',
        sourceUrl: FAKE_SOURCE_URL,
        ref: 'main',
        commit: FAKE_COMMIT,
        trigger: 'manual',
        createdBy: 'user:default/benchmark',
      });
      return id;
    },
    define(definition) {
      source.files['model-pipeline.yaml'] = definition;
    },
    async resize(cpus) {
      executor.nodes = [fakeNode('bench', { cpus })];
      await engine.refreshNodesOnce();
    },
    async until(count) {
      while (succeeded < count) {
        await nextSuccess();
      }
    },
    submitted: runId => submitted.get(runId) ?? [],
  };
}

/** A definition with stages that do nothing, each after the one before, or all independent. */
export function stagesOf(count: number, options: { chained: boolean }): string {
  const stages = Array.from({ length: count }, (_, i) => {
    const needs = options.chained && i > 0 ? `, needs: [s${i - 1}]` : '';
    return `  s${i}: { run: 'true'${needs} }`;
  });
  return `version: 1\nstages:\n${stages.join('\n')}\n`;
}
