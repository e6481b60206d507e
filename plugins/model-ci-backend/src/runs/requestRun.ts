import { createHash } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  type ParameterValues,
  type RunSummary,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ResolvedCommit, SourceReader } from '../source/SourceReader';
import { withinTime } from '../withinTime';
import { missingSource } from './missingSource';
import { demandParameters, readParametersAt } from './runParameters';
import type { RunService } from './RunService';
import { withReason } from '../withReason';

/** Milliseconds that whoever asks for a run waits for the code host. */
const RESOLVE_LIMIT = 5_000;

export interface RequestRunContext {
  runs: Pick<RunService, 'start' | 'findStarted'>;
  source: Pick<SourceReader, 'resolve' | 'repository' | 'readDefinition'>;
  logger: LoggerService;
  resolveLimit?: number;
}

/** A run that somebody asks for, which may name what does not exist. */
export interface RunRequest {
  pipelineRef: string;
  /** See `StartRunInput`. */
  sourceUrl: string;
  ref?: string;
  commit?: string;
  parameters?: ParameterValues;
  trigger: 'manual' | 'template';
  createdBy: string;
  idempotencyKey?: string;
}

/**
 * Queues a run of a commit that the code host was asked for; a ref or commit that it does not have is refused, and so are
 * parameters that the definition there does not take. While the host does not answer, the run is queued all the same: its
 * preparation asks again.
 */
export async function requestRun(
  ctx: RequestRunContext,
  request: RunRequest,
): Promise<RunSummary> {
  const { pipelineRef, sourceUrl, ref, trigger, createdBy } = request;
  const idempotencyKey =
    request.idempotencyKey && keyOf(createdBy, request.idempotencyKey);
  // Asked again, the answer is the run of the first time, also where the branch has gone since.
  const earlier =
    idempotencyKey && (await ctx.runs.findStarted(pipelineRef, idempotencyKey));
  if (earlier) {
    return earlier;
  }
  const resolved = await resolve(ctx, request);
  if (ref && request.commit && resolved?.commit !== request.commit) {
    throw mismatch(ctx, request, resolved);
  }
  if (resolved) {
    await checkParameters(ctx, request, resolved.commit);
  }
  const commit = resolved?.commit ?? request.commit;
  return await ctx.runs.start({
    pipelineRef,
    sourceUrl,
    ref: ref ?? resolved?.branch ?? commit,
    commit,
    commitMessage: resolved?.message,
    sourceTree: resolved?.tree,
    parameters: request.parameters,
    trigger,
    createdBy,
    idempotencyKey,
  });
}

/** Says nothing while the code host does not, nor where the definition cannot be run: the run itself shows that. */
async function checkParameters(
  ctx: RequestRunContext,
  { pipelineRef, sourceUrl, parameters }: RunRequest,
  commit: string,
): Promise<void> {
  const limit = ctx.resolveLimit ?? RESOLVE_LIMIT;
  const pipeline = { ref: pipelineRef, sourceUrl };
  const found = await withinTime(
    readParametersAt(ctx.source, pipeline, commit, AbortSignal.timeout(limit)),
    limit,
  ).catch(error => {
    ctx.logger.warn(
      `The parameters of '${pipelineRef}' at ${commit} are checked once its run is prepared: ${error}`,
    );
    return undefined;
  });
  if (found) {
    demandParameters(found, parameters);
  }
}

/** Undefined while the code host does not say. */
async function resolve(
  ctx: RequestRunContext,
  { pipelineRef, sourceUrl, ref, commit }: RunRequest,
): Promise<ResolvedCommit | undefined> {
  const limit = ctx.resolveLimit ?? RESOLVE_LIMIT;
  const repository = ctx.source.repository(sourceUrl);
  let why: unknown = `no answer within ${limit} ms`;
  try {
    const resolved = await withinTime(
      ctx.source.resolve(sourceUrl, ref ?? commit, AbortSignal.timeout(limit)),
      limit,
    );
    if (resolved) {
      return resolved;
    }
  } catch (error) {
    if (NotFoundError.is(error)) {
      throw missingSource('body', repository, { ref, commit });
    }
    if (InputError.is(error)) {
      throw error;
    }
    why = error;
  }
  ctx.logger.warn(
    `${repository} does not say now what a run of '${pipelineRef}' is to run; that is asked again once it is prepared: ${why}`,
  );
  return undefined;
}

/** A run counts as its branch's, and may register a version: nobody may claim a commit for another branch. */
function mismatch(
  ctx: RequestRunContext,
  { sourceUrl, ref, commit }: RunRequest,
  resolved: ResolvedCommit | undefined,
): Error {
  return resolved
    ? withReason(
        ConflictError,
        reason('error.otherCommit', {
          ref: ref ?? '',
          commit: commit ?? '',
          actual: resolved.commit,
        }),
      )
    : withReason(
        ServiceUnavailableError,
        reason('error.commitUnknown', {
          repository: ctx.source.repository(sourceUrl),
          ref: ref ?? '',
          commit: commit ?? '',
        }),
      );
}

/** One caller's key must not meet another's, nor that of a push. */
function keyOf(createdBy: string, key: string): string {
  const hash = createHash('sha256').update(`${createdBy}\n${key}`);
  return `request:${hash.digest('hex')}`;
}
