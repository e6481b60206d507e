import { addAbortSignal } from 'node:stream';
import {
  InputError,
  isError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  parseStoredDefinition,
  quoted,
  reason,
  type PipelineDefinition,
  type Reason,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import { describeError } from '../describeError';
import { resolveDatasets } from '../engine/resolveDatasets';
import {
  describeErrors,
  parseFoundDefinition,
} from '../source/parseFoundDefinition';
import {
  storeSourceTree,
  type StoredSourceTree,
} from '../source/storeSourceTree';
import { reasonOf, withReason } from '../withReason';
import type { ExternalContext } from './types';

/** Whoever reports a run waits so long for the code host. */
const TIMEOUT_MS = 60_000;

/** Errors after which asking again would be answered alike. */
const PERMANENT = [
  'InputError',
  'NotFoundError',
  'NotAllowedError',
  'AuthenticationError',
];

export interface ReadSource {
  sourceDigest?: string;
  sourceTree?: string;
  definition: PipelineDefinition;
  datasets: RunDataset[];
  /** Why there is no source. */
  problem?: Reason;
}

interface Place {
  pipelineRef: string;
  sourceUrl: string;
  commit: string;
}

/**
 * Reads what an external run is of: the source at its commit, which is kept for deployments, and the definition there. What
 * that does not have, and the stages that it does not have, are taken from the definition at the default branch. A commit that
 * the code host does not have is no error, as CIs also build what was never pushed; a host that does not answer is.
 */
export async function readSource(
  ctx: ExternalContext,
  place: Place,
): Promise<ReadSource> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const tree = await orProblem(ctx, place, () => keepTree(ctx, place, signal));
  const own =
    'problem' in tree
      ? undefined
      : await readDefinition(ctx, place, place.commit, signal);
  const usual = await readUsual(ctx, place, signal);
  const found = own ?? usual;
  const definition = found?.definition ?? parseStoredDefinition('{}');
  const files: StoredSourceTree['files'] =
    'problem' in tree ? new Map() : tree.files;
  const { datasets, errors } = resolveDatasets(
    definition.datasets,
    files,
    found?.file ?? '',
  );
  if (own && errors.length > 0) {
    throw withReason(InputError, describeErrors(errors));
  }
  return {
    ...('problem' in tree
      ? { problem: tree.problem }
      : { sourceDigest: tree.digest, sourceTree: tree.id }),
    definition: {
      ...definition,
      stages: { ...usual?.definition.stages, ...definition.stages },
    },
    datasets,
  };
}

async function keepTree(
  ctx: ExternalContext,
  { pipelineRef, sourceUrl, commit }: Place,
  signal: AbortSignal,
) {
  const { source, store, limits, logger } = ctx;
  const archive = await source.readTree(sourceUrl, commit, signal);
  const tree = await storeSourceTree(addAbortSignal(signal, archive), {
    store,
    limits: {
      maxBytes: limits.maxSourceBytes,
      maxEntries: limits.maxSourceEntries,
    },
  });
  const id = await source.findTree(sourceUrl, commit, signal).catch(error => {
    // Only the lineage is poorer without it.
    logger.info(
      `The tree of ${commit} of ${pipelineRef} is not known: ${describeError(
        error,
      )}`,
    );
    return undefined;
  });
  return { ...tree, id };
}

/** Undefined where there is none; rejects where it is invalid. */
async function readDefinition(
  { source, environments }: ExternalContext,
  { pipelineRef, sourceUrl }: Place,
  commit: string,
  signal: AbortSignal,
): Promise<{ definition: PipelineDefinition; file: string } | undefined> {
  const found = await source.readDefinition(
    { ref: pipelineRef, sourceUrl },
    commit,
    signal,
  );
  if (found.type === 'missing') {
    return undefined;
  }
  const parsed = parseFoundDefinition(found, { environments });
  if ('errors' in parsed) {
    throw withReason(InputError, describeErrors(parsed.errors));
  }
  return { definition: parsed.definition, file: found.file };
}

/** The definition at the default branch. That it is invalid is no fault of a build of another commit. */
async function readUsual(
  ctx: ExternalContext,
  place: Place,
  signal: AbortSignal,
) {
  const { sourceUrl, commit } = place;
  const found = await orProblem(ctx, place, async () => {
    const head = await ctx.source.resolve(sourceUrl, undefined, signal);
    return head.commit === commit
      ? undefined
      : await readDefinition(ctx, place, head.commit, signal);
  });
  return found && 'problem' in found ? undefined : found;
}

async function orProblem<T>(
  { source }: ExternalContext,
  { sourceUrl }: Place,
  read: () => Promise<T>,
): Promise<T | { problem: Reason }> {
  try {
    return await read();
  } catch (error) {
    if (isError(error) && PERMANENT.includes(error.name)) {
      return { problem: problemOf(error) };
    }
    throw sourceAway(source, sourceUrl, error);
  }
}

/** What whoever reports a run is told while the code host does not answer. */
export function sourceAway(
  source: Pick<ExternalContext['source'], 'repository'>,
  sourceUrl: string,
  error: unknown,
): Error {
  return withReason(
    ServiceUnavailableError,
    reason('error.sourceAway', {
      repository: source.repository(sourceUrl),
      problem: problemOf(error),
    }),
  );
}

function problemOf(error: unknown): Reason {
  return (isError(error) && reasonOf(error)) || quoted(describeError(error));
}
