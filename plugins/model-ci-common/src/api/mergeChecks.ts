import type { Reason } from '../reasons';
import type { Status } from '../status';

/** What a pull request is asked about before it is merged. */
export interface MergeCheckQuery {
  /** As people open the repository in a browser. */
  repositoryUrl: string;
  /** Number of the pull request. */
  number: number;
  /** Its newest commit. */
  commit: string;
}

/** What a pipeline says about merging a pull request. */
export interface MergeCheck {
  pipelineRef: string;
  /** The run of its newest commit that decides; absent where there is none. */
  run?: { id: string; number: number; status: Status; url: string };
  /** Why it is not to be merged; absent where the run succeeded, and where the definition demands none. */
  reason?: Reason;
}
