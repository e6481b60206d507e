import { branchMatches } from '@model-ci/backstage-plugin-model-ci-common';
import { sameRef } from '../permissions/rules';

/** Somebody who deploys. */
export interface Actor {
  /** For the records: an entity ref, or the subject of a service. */
  ref: string;
  /** What the actor may act as: itself and its groups. Asked for only where an environment names its deployers. */
  entityRefs(): Promise<readonly string[]>;
}

/** Who and what an environment of app-config lets in. What it does not name is free. */
export interface Protection {
  deployers?: string[];
  branches?: string[];
  pipelines?: string[];
}

/** Why an environment does not let a version in, or undefined. */
export async function findProtectionRefusal(
  environment: { name: string; protection?: Protection },
  what: { actor: Actor; pipelineRef: string; branch: string | null },
): Promise<string | undefined> {
  const { deployers } = environment.protection ?? {};
  if (deployers && !(await isOneOf(what.actor, deployers))) {
    return notADeployer(what.actor.ref, environment.name, deployers);
  }
  return findVersionRefusal(environment, what);
}

/** Why an environment takes no version of this branch or pipeline, whoever deploys it, or undefined. */
export function findVersionRefusal(
  { name, protection = {} }: { name: string; protection?: Protection },
  { pipelineRef, branch }: { pipelineRef: string; branch: string | null },
): string | undefined {
  const { branches, pipelines } = protection;
  if (pipelines && !pipelines.some(ref => sameRef(ref, pipelineRef))) {
    return notAPipeline(pipelineRef, name, pipelines);
  }
  if (branches && (branch === null || !branchMatches(branches, branch))) {
    return notABranch(branch, name, branches);
  }
  return undefined;
}

async function isOneOf(actor: Actor, deployers: string[]): Promise<boolean> {
  const refs = [actor.ref, ...(await actor.entityRefs())];
  return deployers.some(deployer => refs.some(ref => sameRef(ref, deployer)));
}

function notADeployer(who: string, environment: string, deployers: string[]) {
  return `${who} may not deploy to ${environment}: its protection in modelCi.environments lets ${deployers.join(
    ', ',
  )} deploy; have one of them do it`;
}

function notAPipeline(
  pipelineRef: string,
  environment: string,
  pipelines: string[],
) {
  return `${pipelineRef} may not be deployed to ${environment}: its protection in modelCi.environments takes ${pipelines.join(
    ', ',
  )}`;
}

function notABranch(
  branch: string | null,
  environment: string,
  branches: string[],
) {
  const what =
    branch === null
      ? 'A version of no branch'
      : `A version of branch '${branch}'`;
  return `${what} may not be deployed to ${environment}: its protection in modelCi.environments takes ${branches.join(
    ', ',
  )}`;
}
