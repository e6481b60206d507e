import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConfigReader } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';
import { createDeployments, type Deployments } from '../createDeployments';
import type { DeploymentSettings } from '../settings';
import type { DeployRight } from '../automatic/createAutomaticDeployments';
import type { DeploymentContext, ServiceExecutor } from '../context';
import type { Actor } from '../protection';
import { FakeServiceHost, fakeExecutor } from './FakeServiceHost';

export const PIPELINE = 'modelpipeline:default/house-price';
export const ALICE = 'user:default/alice';

/** A user without groups. */
export function actorOf(ref: string): Actor {
  return { ref, entityRefs: async () => [ref] };
}

const silentLogger: LoggerService = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silentLogger,
};

/** An artifact store in memory. */
export class MemoryArtifactStore implements ArtifactStore {
  private readonly blobs = new Map<string, Buffer>();

  async write(content: Readable) {
    const bytes = await buffer(content);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  async open(digest: string) {
    const bytes = this.blobs.get(digest);
    if (!bytes) {
      throw new NotFoundError(`There is no artifact ${digest}`);
    }
    return Readable.from([bytes]);
  }

  async size(digest: string) {
    return this.blobs.get(digest)?.length;
  }

  async delete(digest: string) {
    this.blobs.delete(digest);
  }
}

/** A clock that tests move. */
export class TestClock {
  private time = Date.parse('2026-01-01T00:00:00.000Z');
  readonly now = () => this.time;

  advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

/** One database, one machine, and as many replicas as a test wants. */
export class Fixture {
  private replicas = 0;
  readonly clock = new TestClock();
  readonly host = new FakeServiceHost();
  readonly store = new MemoryArtifactStore();
  readonly signals: ModelCiSignal[] = [];
  /** For whom versions are deployed automatically. */
  right: DeployRight = { type: 'allowed', actor: actorOf(ALICE) };
  /** What was audited of automatic deployments. */
  readonly audit: Array<{ meta: JsonObject; outcome: string }> = [];
  /** Whether the backend has looked at the nodes for long enough to know which are lost. */
  isWatching = true;
  /** Aborts as a backend's stop does. */
  readonly stopping = new AbortController();

  constructor(readonly db: Knex) {}

  /** Another backend on the same database. */
  replica(
    options: {
      executors?: Array<[string, ServiceExecutor]>;
      environments?: JsonObject[];
      settings?: Partial<DeploymentSettings>;
      secrets?: DeploymentContext['secrets'];
    } = {},
  ): Deployments {
    this.replicas += 1;
    return createDeployments({
      replicaId: `replica-${this.replicas}`,
      db: this.db,
      logger: silentLogger,
      config: new ConfigReader({
        modelCi: {
          environments: options.environments ?? [
            { name: 'staging', title: 'Staging', executor: 'process' },
            { name: 'production', executor: 'process', node: 'local' },
          ],
        },
      }),
      executors: new Map(
        options.executors ?? [['process', fakeExecutor(this.host)]],
      ),
      artifactStore: this.store,
      auditor: {
        createEvent: async ({ meta }) => ({
          success: async () => {
            this.audit.push({ meta: { ...meta }, outcome: 'success' });
          },
          fail: async () => {
            this.audit.push({ meta: { ...meta }, outcome: 'failure' });
          },
        }),
      },
      findRight: async () => this.right,
      stopping: this.stopping.signal,
      onChange: signal => this.signals.push(signal),
      now: this.clock.now,
      settings: options.settings,
      secrets: options.secrets,
      lostBefore: () =>
        this.isWatching
          ? new Date(this.clock.now() - 30 * 60_000).toISOString()
          : undefined,
    });
  }

  /** Registers versions as successful runs do; answers the ids of the runs. */
  async registerVersion(
    version: number,
    options: {
      pipelineRef?: string;
      serving?: JsonObject | null;
      deploy?: JsonObject;
    } = {},
  ): Promise<string> {
    const runId = randomUUID();
    const pipelineRef = options.pipelineRef ?? PIPELINE;
    const at = new Date(this.clock.now()).toISOString();
    const source = await this.store.write(
      Readable.from([`source of ${version}`]),
    );
    const serving =
      options.serving === null
        ? {}
        : {
            serving: {
              run: 'serve --port $PORT',
              port: 8080,
              health: '/healthz',
              env: { THREADS: '1' },
              startupSeconds: 60,
              resources: {},
              ...options.serving,
            },
          };
    await this.db('runs').insert({
      id: runId,
      pipeline_ref: pipelineRef,
      number: version,
      status: 'succeeded',
      trigger: 'push',
      branch: 'main',
      commit: 'c0ffee',
      source_url: 'https://example.com/',
      source_digest: source.digest,
      definition: JSON.stringify({
        version: 1,
        deploy: { path: [], automatic: [], ...options.deploy },
        ...serving,
      }),
      created_by: ALICE,
      created_at: at,
      started_at: at,
      finished_at: at,
    });
    await this.db('model_versions').insert({
      pipeline_ref: pipelineRef,
      version,
      run_id: runId,
      created_by: ALICE,
      created_at: at,
    });
    await this.db('version_runs').insert({
      run_id: runId,
      pipeline_ref: pipelineRef,
      version,
    });
    return runId;
  }

  /** Adds an artifact to a run, made by one attempt of one stage. */
  async addArtifact(
    runId: string,
    options: {
      stage: string;
      position: number;
      attempt: number;
      name: string;
      content: string;
    },
  ): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    const stageId = `${runId.slice(0, 20)}-${options.stage}`;
    await this.db('stages')
      .insert({
        id: stageId,
        run_id: runId,
        name: options.stage,
        position: options.position,
        status: 'succeeded',
        finished_at: at,
      })
      .onConflict('id')
      .ignore();
    const attemptId = randomUUID();
    await this.db('attempts').insert({
      id: attemptId,
      stage_id: stageId,
      run_id: runId,
      number: options.attempt,
      status: 'succeeded',
      executor: 'process',
      node_selector: '{}',
      cpus: 0,
      memory_bytes: 0,
      gpus: 0,
      timeout_seconds: 60,
      created_at: at,
      started_at: at,
      finished_at: at,
    });
    const blob = await this.store.write(Readable.from([options.content]));
    await this.db('artifacts').insert({
      id: randomUUID(),
      run_id: runId,
      stage_id: stageId,
      attempt_id: attemptId,
      name: options.name,
      path: options.name,
      digest: blob.digest,
      size: blob.size,
      created_at: at,
    });
  }

  /** Lets a replica do everything that is due, over and over, until nothing more follows at this moment. */
  async settle({ loop }: Deployments): Promise<void> {
    for (let step = 0; step < 6; step++) {
      await loop.claimDeployments();
      await loop.advanceDeployments();
    }
  }

  /** Deploys a version and lets a replica bring it into service. */
  async serve(
    replica: Deployments,
    version: number,
    environment = 'staging',
  ): Promise<string> {
    const { id } = await replica.service.deploy({
      pipelineRef: PIPELINE,
      version,
      environment,
      trigger: 'manual',
      by: actorOf(ALICE),
    });
    await this.settle(replica);
    return id;
  }

  /** Ends the machine's services. */
  async close(): Promise<void> {
    await this.host.close();
  }
}
