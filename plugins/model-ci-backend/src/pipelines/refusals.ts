import type { PipelineClaim } from '../database/tables/pipelines';

/** Why the entity of a name is not given what is kept under the name. */
export function claimedName(ref: string, claim: PipelineClaim): string {
  return `The catalog has '${ref}' from ${claim.source}, but the runs, versions and artifacts under this name came from another source. They stay with that one until an administrator takes the name over (POST /pipelines/:namespace/:name/takeover), or it is registered again; a pipeline of its own needs another name`;
}

/** Why a pipeline is shown and not run. */
export function withoutSource(ref: string, problem: string): string {
  return `'${ref}' has no source to run: ${problem}`;
}

export function unknownPipeline(ref: string): string {
  return `The catalog has no ModelPipeline '${ref}'`;
}
