/** The engine as the backend puts it together, with real executors and a store on disk, without the HTTP around it. */
import { join, resolve } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  DockerExecutor,
  Engines,
} from '@model-ci/backstage-plugin-model-ci-backend-module-docker';
import { ProcessExecutor } from '@model-ci/backstage-plugin-model-ci-backend-module-process';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import knexFactory, { type Knex } from 'knex';
import { createAnalyses } from '../plugins/model-ci-backend/src/analysis/createAnalyses';
import { DEFAULT_ENGINE_CONFIG } from '../plugins/model-ci-backend/src/engine/config';
import { Engine } from '../plugins/model-ci-backend/src/engine/Engine';
import {
  FAKE_COMMIT,
  FAKE_SOURCE_URL,
  FakeSource,
} from '../plugins/model-ci-backend/src/engine/testing/FakeSource';
import { RunService } from '../plugins/model-ci-backend/src/runs/RunService';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

export interface RealEngine {
  engine: Engine;
  runs: RunService;
  store: FileSystemArtifactStore;
  /** Asks for a run of the pipeline; answers its id. */
  start(): Promise<string>;
}

export const quiet: LoggerService = {
  // eslint-disable-next-line no-console
  error: (message, meta) => console.error(message, meta ?? ''),
  // eslint-disable-next-line no-console
  warn: message => console.error(message),
  info: () => {},
  debug: () => {},
  child: () => quiet,
};

/** Opens a SQLite file, or a schema of a PostgreSQL. */
export async function openDatabase(target: {
  file: string;
  postgres?: { connection: string; schema: string };
}): Promise<Knex> {
  const { file, postgres } = target;
  if (postgres) {
    const { connection, schema } = postgres;
    return knexFactory({ client: 'pg', connection, searchPath: [schema] });
  }
  const db = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  // As Backstage opens it
  await db.raw('PRAGMA foreign_keys = ON');
  return db;
}

export async function createTables(db: Knex): Promise<void> {
  await db.migrate.latest({
    directory: resolve(__dirname, '../plugins/model-ci-backend/migrations'),
  });
}

export function processExecutor(folder: string, cpus: number): ProcessExecutor {
  return new ProcessExecutor({
    directory: join(folder, 'process'),
    node: {
      name: 'local',
      labels: {},
      capacity: { cpus, memoryBytes: 2 ** 33 },
    },
  });
}

export function dockerExecutor(cpus?: number): DockerExecutor {
  return new DockerExecutor(
    new Engines([
      {
        name: 'docker-local',
        address: { type: 'socket', path: '/var/run/docker.sock' },
        optional: false,
        labels: {},
        cpus,
        gpus: 0,
        pull: 'never',
        user: { uid: 65534, gid: 65534 },
        pidsLimit: 4096,
        networks: { text: '10.234.0.0/16', first: 0x0aea0000, count: 2 ** 14 },
        egress: 'allow',
        spareNetworks: 4,
        maxContextBytes: 2 ** 30,
        registries: [],
      },
    ]),
  );
}

/** `files` is the source tree that every run has. */
export async function createRealEngine(options: {
  db: Knex;
  folder: string;
  files: Record<string, string>;
  executors: Executor[];
  onRunSucceeded(): void;
}): Promise<RealEngine> {
  const { db, executors } = options;
  const source = new FakeSource(options.files);
  const store = await FileSystemArtifactStore.create({
    directory: join(options.folder, 'artifacts'),
  });
  const engine = new Engine({
    db,
    logger: quiet,
    executors: new Map<string, Executor>(
      executors.map(executor => [executor.name, executor]),
    ),
    artifactStore: store,
    analyses: createAnalyses(store),
    source,
    config: DEFAULT_ENGINE_CONFIG,
    onChange: () => {},
    onRunSucceeded: async () => options.onRunSucceeded(),
  });
  const runs = new RunService({
    db,
    engine,
    artifactStore: store,
    source,
    stageResults: async () => new Map(),
  });
  const start = async () => {
    const { id } = await runs.start({
      pipelineRef: 'modelpipeline:default/benchmark',
      sourceUrl: FAKE_SOURCE_URL,
      ref: 'main',
      commit: FAKE_COMMIT,
      trigger: 'manual',
      createdBy: 'user:default/benchmark',
    });
    return id;
  };
  return { engine, runs, store, start };
}
