import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { MeasuredSlices, SliceRequest } from '../examples/measureSlices';
import type { JudgedGate, StageEvidence } from '../gates/types';
import type { Compared, ParityQuestion } from '../parity/types';
import type { SecretGiver } from '../secrets/SecretGiver';
import type { SourceReader } from '../source/SourceReader';
import type { TransferUrls } from '../transfers/TransferUrls';

/** Limits and times of the engine, all in milliseconds and bytes. */
export interface EngineConfig {
  /** For how long a claim holds without being renewed. */
  leaseDurationMs: number;
  /** How often a loop looks for work that nobody woke it for. */
  pollIntervalMs: number;
  /** How often the executors are asked for their nodes. */
  inventoryIntervalMs: number;
  /** How long a node may be out of everybody's reach before it counts as lost. */
  nodeLostAfterMs: number;
  /** First pause before something that failed is tried again; it doubles each time. */
  retryDelayMs: number;
  /** Bytes of log after which a stage is killed. */
  maxLogBytes: number;
  /** Bytes of one artifact. */
  maxArtifactBytes: number;
  /** Bytes of a source tree, unpacked. */
  maxSourceBytes: number;
  /** Files and folders of a source tree. */
  maxSourceEntries: number;
  /** How often reading a source is tried again before the run is given up. */
  sourceRetries: number;
  /** How often the series of a running attempt are read, at most. */
  seriesIntervalMs: number;
  /** How often the GPUs of running attempts are read. */
  gpuIntervalMs: number;
  /** How often submitting or collecting is tried again before the attempt is given up. */
  executorRetries: number;
  /** Longest pause between two tries to collect the results of an attempt that has ended. */
  collectRetryMaxMs: number;
  /** How often an attempt may be taken over without getting on before it is given up. */
  maxRescues: number;
  /** Attempts that one process works on at a time. */
  maxHeldAttempts: number;
  /** CPUs reserved for a stage that asks for none. */
  defaultCpus: number;
  /** Executor of stages that name none; otherwise the first one registered. */
  defaultExecutor?: string;
}

/** A run that succeeded, as announced to those who wait for it. */
export interface SucceededRun {
  id: string;
  number: number;
  pipelineRef: string;
  branch?: string;
  commit?: string;
  createdBy: string;
  /** The version that the run registered; absent for a run of another branch. */
  version?: number;
}

/** What takes long where there are many examples. Each answers the same when it is asked again. */
export interface EngineAnalyses {
  judge(evidence: StageEvidence): Promise<JudgedGate[]>;
  measureSlices(request: SliceRequest): Promise<MeasuredSlices>;
  compareEnvironments(question: ParityQuestion): Promise<Compared>;
}

export interface EngineOptions {
  db: Knex;
  logger: LoggerService;
  /** In the order of registration. */
  executors: Map<string, Executor>;
  artifactStore: ArtifactStore;
  analyses: EngineAnalyses;
  source: SourceReader;
  config: EngineConfig;
  /** Signs what engines fetch and upload for themselves; without it, executors stream everything. */
  transfers?: Pick<TransferUrls, 'sign'>;
  /** Where stages get their secrets; those that ask for some fail without it. */
  secrets?: Pick<SecretGiver, 'giveToAttempt' | 'recall'>;
  /** The configured environments, which alone `deploy.automatic` may name; anything, where they are not known. */
  environments?: readonly string[];
  /** Milliseconds since 1970; tests give one. */
  now?(): number;
  /** Called after commit. */
  onChange(signal: ModelCiSignal): void;
  /** Called after commit, at least once for every run that succeeds; so it must be safe to repeat. */
  onRunSucceeded(run: SucceededRun): Promise<void>;
  /** Names this process among the replicas; minted where none is given. */
  replicaId?: string;
}
