import type { Reason } from '../reasons';

/** What one GPU did during one attempt. */
export interface GpuUsage {
  stage: string;
  /** Key among the executions of a stage; absent where there is one. */
  instance?: string;
  /** Number of the attempt. */
  attempt: number;
  /** Whether the attempt still runs. */
  running: boolean;
  /** UUID. */
  device: string;
  model?: string;
  /** Version of the driver. */
  driver?: string;
  memoryBytes?: number;
  /** For how long it was measured. */
  seconds: number;
  /** Of these, how long it was idle. */
  idleSeconds: number;
  /** Mean share of the time in which it was at work, from 0 to 1; absent where it does not report that. */
  utilization?: number;
  /** The most memory that was in use at a time. */
  peakMemoryBytes?: number;
  energy?: GpuEnergy;
  /** What is remarkable about it, such as that it was idle; no reason for a stage to fail. */
  remark?: Reason;
  points: GpuPoints;
}

export interface GpuEnergy {
  joules: number;
  /** Summed up from its power every few seconds, where its counter could not be read. */
  isEstimate: boolean;
}

/** In columns of equal length. Each point stands for the time until the next one. */
export interface GpuPoints {
  /** Seconds since the first reading. */
  seconds: number[];
  /** From 0 to 1; null where it was not reported. */
  utilization: Array<number | null>;
  memoryBytes: Array<number | null>;
  watts: Array<number | null>;
}

/** The GPUs of all attempts of a run. */
export interface RunGpus {
  /** In the order of stages and attempts. */
  usages: GpuUsage[];
  /** How many more there are, which are not listed; absent where none are. */
  omitted?: number;
  /** Of all of them, absent where there are none. */
  total?: GpuTotal;
}

export interface GpuTotal {
  models: string[];
  /** Seconds times GPUs. */
  gpuSeconds: number;
  energy?: GpuEnergy;
}
