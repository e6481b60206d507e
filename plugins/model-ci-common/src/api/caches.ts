/** What a stage has kept to save later runs time. */
export interface PipelineCache {
  id: string;
  name: string;
  /** Of the run that kept it; others are given it only if this is the default branch. */
  branch: string;
  /** Bytes. */
  size: number;
  /** The run that kept it. */
  runId: string;
  runNumber: number;
  createdAt: string;
}
