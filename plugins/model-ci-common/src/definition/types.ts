import type { ExecutorOptions } from './executors';

/** A mistake in `model-pipeline.yaml`: where it is, what is wrong, and what would be right. */
export interface Mistake {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Dotted path in the document, e.g. `stages.train.timeout`. */
  path: string;
  message: string;
}

/** A definition after parsing: defaults are merged into each stage, sizes and times are numbers. */
export interface PipelineDefinition {
  version: 1;
  triggers: { push?: { branches: string[] } };
  /** `resource` is the ref of the catalog's Resource as it was written, so without what may be left out. */
  datasets: Record<string, { uri: string; resource?: string }>;
  stages: Record<string, StageDefinition>;
  serving?: ServingDefinition;
  deploy: { path: string[]; automatic: string[] };
}

export interface StageDefinition {
  /** The commands joined to one script for `sh -e`. */
  script: string;
  /** What runs the script; `sh` where absent. `bash` runs it with `-e -o pipefail`. */
  shell?: 'sh' | 'bash';
  image?: string;
  needs: string[];
  env: Record<string, string>;
  resources: { cpus?: number; memoryBytes?: number; gpus?: number };
  executor?: string;
  /** What the stage wrote for executors, by their names; they read it themselves. */
  options?: ExecutorOptions;
  nodeSelector: Record<string, string>;
  timeoutSeconds: number;
  /** Seconds that an attempt may be pending in a cluster; for ever if absent. */
  queueTimeoutSeconds?: number;
  /** How often an attempt that the platform lost is made again. */
  retry: { platform: number };
  /** Name to path in the workspace. */
  artifacts: Record<string, string>;
  /** Names of data sets that the stage reads. */
  datasets: string[];
  /** Files, folders or patterns of files; several of them as a list. */
  reports: {
    junit?: string | string[];
    metrics?: string | string[];
    predictions?: string;
  };
  gates: Array<{
    metric: string;
    dataset?: string;
    min?: number;
    max?: number;
  }>;
  allowFailure: boolean;
  /** Whether the stage waits for a person once it has succeeded. */
  hold?: boolean;
  network: 'none' | 'default';
}

export interface ServingDefinition {
  /** Script for `sh -e`; `$PORT` says where to listen. */
  run: string;
  /** Port inside a container. */
  port: number;
  /** Path that answers 200 once the service can take predictions. */
  health: string;
  image?: string;
  env: Record<string, string>;
  /** Seconds until the service must be healthy. */
  startupSeconds: number;
  resources: { cpus?: number; memoryBytes?: number; gpus?: number };
  /** How long callers wait; as the portal says where nothing is said. */
  timeouts: { firstByteSeconds?: number; silenceSeconds?: number };
}
