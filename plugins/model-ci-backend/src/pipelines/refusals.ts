import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineClaim } from '../database/tables/pipelines';

/** Why the entity of a name is not given what is kept under the name. */
export function claimedName(
  pipeline: string,
  { source }: PipelineClaim,
): Reason {
  return reason('error.claimed', { pipeline, source });
}

/** Why a pipeline is shown and not run. */
export function withoutSource(pipeline: string, problem: Reason): Reason {
  return reason('error.noSource', { pipeline, problem });
}

export function unknownPipeline(pipeline: string): Reason {
  return reason('error.noPipeline', { pipeline });
}
