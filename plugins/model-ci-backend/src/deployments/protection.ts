import {
  branchMatches,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
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
): Promise<Reason | undefined> {
  const { deployers } = environment.protection ?? {};
  if (deployers && !(await isOneOf(what.actor, deployers))) {
    return reason('deployment.notADeployer', {
      who: what.actor.ref,
      environment: environment.name,
      deployers,
    });
  }
  return findVersionRefusal(environment, what);
}

/** Why an environment takes no version of this branch or pipeline, whoever deploys it, or undefined. */
export function findVersionRefusal(
  { name, protection = {} }: { name: string; protection?: Protection },
  { pipelineRef, branch }: { pipelineRef: string; branch: string | null },
): Reason | undefined {
  const { branches, pipelines } = protection;
  if (pipelines && !pipelines.some(ref => sameRef(ref, pipelineRef))) {
    return reason('deployment.notAPipeline', {
      pipeline: pipelineRef,
      environment: name,
      pipelines,
    });
  }
  if (branches && (branch === null || !branchMatches(branches, branch))) {
    return branch === null
      ? reason('deployment.noBranch', { environment: name, branches })
      : reason('deployment.notABranch', {
          branch,
          environment: name,
          branches,
        });
  }
  return undefined;
}

async function isOneOf(actor: Actor, deployers: string[]): Promise<boolean> {
  const refs = [actor.ref, ...(await actor.entityRefs())];
  return deployers.some(deployer => refs.some(ref => sameRef(ref, deployer)));
}
