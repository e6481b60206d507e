import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';
import {
  reason,
  type ExternalCi,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertExternalRun } from '../database/operations/external/insertExternalRun';
import { findRunByKey } from '../database/operations/runs/findRunByKey';
import type { RunRow } from '../database/tables/runs';
import { verifyCommit } from '../source/verifyCommit';
import { readSource, sourceAway } from './readSource';
import { nowOf, type ExternalContext } from './types';

/** Whoever reports a run waits so long for the code host. */
const TIMEOUT_MS = 30_000;

export interface StartExternalRun {
  pipelineRef: string;
  sourceUrl: string;
  ci: ExternalCi;
  commit: string;
  /** A branch by its name, or anything by its full name: `refs/tags/v1`, `refs/pull/5/merge`. */
  ref?: string;
  message?: string;
  /** Stages that will be reported, in order. */
  stages: string[];
  createdBy: string;
  tokenName: string;
}

/** Begins the run of a build, or answers the one that was begun for it before. */
export async function startRun(
  ctx: ExternalContext,
  input: StartExternalRun,
): Promise<{ run: RunRow; created: boolean }> {
  const { pipelineRef, ci } = input;
  const idempotencyKey = keyOf(ci);
  const earlier = await findRunByKey(ctx.db, { pipelineRef, idempotencyKey });
  if (earlier) {
    return { run: earlier, created: false };
  }
  await ctx.quota.demandRoom(pipelineRef);
  const unverified = await verifyCommitOf(ctx, input);
  const { problem, ...source } = await readSource(ctx, input);
  const facts = {
    build: ci.buildId,
    provider: ci.provider,
    token: input.tokenName,
  };
  const started = await insertExternalRun(ctx.db, {
    ...input,
    ...source,
    idempotencyKey,
    branch: unverified ? undefined : branchOf(input.ref),
    unverified,
    environments: ctx.environments,
    reason: problem
      ? reason('external.startedWithoutSource', { ...facts, problem })
      : reason('external.started', facts),
    at: nowOf(ctx),
  });
  if (started.created) {
    ctx.engine.changed(started.run);
  }
  return started;
}

/** Where the build says that its commit is, nobody has checked yet. */
async function verifyCommitOf(
  ctx: ExternalContext,
  { sourceUrl, commit, ref }: StartExternalRun,
): Promise<Reason | undefined> {
  const { source } = ctx;
  try {
    return await verifyCommit(
      source,
      { sourceUrl, commit, ref },
      AbortSignal.timeout(TIMEOUT_MS),
    );
  } catch (error) {
    throw InputError.is(error) ? error : sourceAway(source, sourceUrl, error);
  }
}

/** A tag, or what a pull request would be merged to, is no branch: its runs register no version. */
function branchOf(ref: string | undefined): string | undefined {
  const branch = ref?.replace(/^refs\/heads\//, '');
  return branch?.startsWith('refs/') ? undefined : branch;
}

function keyOf({ provider, buildId, attempt }: ExternalCi): string {
  const build = JSON.stringify([provider, buildId, attempt ?? null]);
  return `external:${createHash('sha256').update(build).digest('hex')}`;
}
