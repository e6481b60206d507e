import type { Reason } from '../reasons';
import type { Status } from '../status';
import type { GateResult } from './gates';

/** What attempts that another CI executes have in the place of an executor of ours. */
export const EXTERNAL_EXECUTOR = 'external';

/** The build of another CI, of which an external run is the report. */
export interface ExternalCi {
  /** Such as `jenkins`, `travis`, `github-actions` or `gitlab-ci`. */
  provider: string;
  /** What the CI calls the build; unique among its builds for the pipeline. */
  buildId: string;
  /** Which run of the build it is, where the CI runs a build again under its id. */
  attempt?: string;
  /** Page of the build. */
  url?: string;
}

/** An external run, as its CI sees it. */
export interface ExternalRun {
  id: string;
  number: number;
  pipelineRef: string;
  /** Page of the run. */
  url: string;
  status: Status;
  /** Why it ended as it did, when it did not succeed. */
  reason?: Reason;
  /** Why the portal has no source of it, so that its version cannot be deployed. */
  sourceProblem?: Reason;
  /** The version that it registered. */
  version?: number;
  stages: Array<{ name: string; status: Status; logSize: number }>;
}

/** How a stage of an external run was judged. */
export interface StageJudgement {
  stage: string;
  status: Status;
  /** Why it did not succeed. */
  reason?: Reason;
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** For the CI: 0 for `pass`, 1 for `fail`, 2 for `inconclusive`. */
  exitCode: 0 | 1 | 2;
  gates: GateResult[];
  /** Page of the stage. */
  url: string;
}

/** How far an upload has come. */
export interface ExternalUpload {
  /** Bytes that the portal has, from the first on. */
  received: number;
  /** Whether it is whole, checked and kept. */
  complete: boolean;
}
