import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { ComparisonService } from '../comparison/ComparisonService';
import type { DeploymentService } from '../deployments/DeploymentService';
import type { EvaluationService } from '../evaluations/EvaluationService';
import type { ParityService } from '../evaluations/ParityService';
import type { SeriesService } from '../evaluations/SeriesService';
import type { GpuService } from '../gpus/GpuService';
import type { RunQuota } from '../limits/RunQuota';
import type { Slots } from '../limits/Slots';
import type { ExternalRunService } from '../external/ExternalRunService';
import type { LineageService } from '../lineage/LineageService';
import type { NodeService } from '../nodes/NodeService';
import type { RepositoryAnalyzer } from '../pipelines/registration/RepositoryAnalyzer';
import type { PipelineService } from '../pipelines/PipelineService';
import type { RunService } from '../runs/RunService';
import type { SecretGiver } from '../secrets/SecretGiver';
import type { SecretService } from '../secrets/SecretService';
import type { SourceReader } from '../source/SourceReader';
import type { MergeChecks } from '../triggers/MergeChecks';
import type { ServiceDownloads } from '../transfers/ServiceDownloads';
import type { TokenService } from '../tokens/TokenService';
import type { TransferTokens } from '../transfers/TransferTokens';
import type { Deliveries } from '../triggers/Deliveries';
import type { Schedules } from '../triggers/schedules/Schedules';
import type { VersionService } from '../versions/VersionService';
import type { Access } from './Access';
import type { DatabaseState } from './databaseAway';
import type { MachineAccess } from './MachineAccess';

/** What the routes call. */
export interface RouteContext {
  db: Knex;
  /** Absent where it is part of this process. */
  database?: DatabaseState;
  logger: LoggerService;
  auditor: AuditorService;
  access: Access;
  artifactStore: ArtifactStore;
  source: Pick<SourceReader, 'resolve' | 'repository' | 'readDefinition'>;
  pipelines: PipelineService;
  repositories: Pick<RepositoryAnalyzer, 'analyze'>;
  runs: RunService;
  nodes: NodeService;
  evaluations: EvaluationService;
  parity: ParityService;
  series: SeriesService;
  gpus: GpuService;
  comparisons: ComparisonService;
  versions: VersionService;
  secrets: SecretService;
  lineage: LineageService;
  /** Of machines. */
  tokens: TokenService;
  /** Lets machines in by their tokens. */
  machines: MachineAccess;
  externalRuns: ExternalRunService;
  deployments: DeploymentService;
  deliveries: Pick<Deliveries, 'list' | 'agree'>;
  schedules: Pick<Schedules, 'list' | 'pause' | 'resume'>;
  mergeChecks: Pick<MergeChecks, 'list'>;
  quota: Pick<RunQuota, 'demandRoom'>;
  /** What each user has open at once. */
  slots: {
    requests: Slots;
    followers: Slots;
    predictions: Slots;
  };
  /** What engines fetch and upload for attempts. */
  transfers: {
    tokens: Pick<TransferTokens, 'verify'>;
    /** What the engines of services fetch; absent where none of them does. */
    downloads?: Pick<ServiceDownloads, 'isOne' | 'verify'>;
    /** Of attempts that fetch them for themselves. */
    secrets: Pick<SecretGiver, 'handOver'>;
    /** What each attempt has open at once. */
    slots: Slots;
    /** One upload to a path of an attempt at once. */
    uploading: Slots;
    /** As many as an artifact may have. */
    maxUploadBytes: number;
    /** Milliseconds since 1970. */
    now(): number;
  };
  /** Aborts when the backend stops: open streams end then. */
  stopping: AbortSignal;
  /** Milliseconds between signs of life on an event stream. */
  heartbeat?: number;
}
