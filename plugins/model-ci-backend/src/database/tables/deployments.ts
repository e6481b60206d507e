import type {
  Deployment,
  DeploymentHealth,
  DeploymentStatus,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Row of `deployments`. `memory_bytes` is text on PostgreSQL. */
export interface DeploymentRow {
  id: string;
  pipeline_ref: string;
  version: number;
  environment: string;
  status: DeploymentStatus;
  trigger: Deployment['trigger'];
  rollback_of: string | null;
  comment: string | null;
  reason: string | null;
  created_by: string;
  created_at: string;
  serving_at: string | null;
  finished_at: string | null;
  executor: string;
  node: string | null;
  service_id: string | null;
  handle: string | null;
  url: string | null;
  health: DeploymentHealth;
  restarts: number;
  crashes: number;
  healthy_since: string | null;
  next_restart_at: string | null;
  start_deadline_at: string | null;
  cpus: number;
  memory_bytes: number | string;
  gpus: number;
  /** Devices that its service was given, with commas; null where nobody says which. */
  gpu_ids: string | null;
  /** JSON of the `BuiltImage` that it runs, where a stage built it. */
  image: string | null;
  last_log: string | null;
  ticket: string | null;
  holder: string | null;
  lease_expires_at: string | null;
  stop_handle_done_at: string | null;
  /** Milliseconds, from `serving.timeouts`; null: as app-config says. */
  first_byte_ms: number | null;
  silence_ms: number | null;
  /** Of a service that its host keeps alive by itself, as they were last seen. */
  replicas_ready: number | null;
  replicas_wanted: number | null;
  /** How many of `restarts` the host has counted for those that are there now. */
  seen_restarts: number;
}

/** What a look at a service shows of its replicas. */
export type ReplicaColumns = Pick<
  DeploymentRow,
  'replicas_ready' | 'replicas_wanted' | 'restarts' | 'seen_restarts'
>;

/** Row of `deployment_changes`. */
export interface DeploymentChangeRow {
  id: number | string;
  deployment_id: string;
  from_status: DeploymentStatus | null;
  to_status: DeploymentStatus;
  changed_by: string | null;
  reason: string | null;
  at: string;
}

/** Row of `endpoints`. */
export interface EndpointRow {
  pipeline_ref: string;
  environment: string;
  deployment_id: string;
}
