import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  stageKey,
  type ExampleFlip,
  type GateExamples,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  listGateResults,
  type ListedGateResult,
} from '../database/operations/evaluations/listGateResults';
import { listExampleSets } from '../database/operations/examples/listExampleSets';
import { listApprovals } from '../database/operations/stages/listApprovals';
import { listStages } from '../database/operations/stages/listStages';
import { metricNameIn } from '../gates/findExamples';
import { cursorAfter, placeIn } from './placeInList';
import { readDirections } from './readDirections';
import type { Comparer, ExamplePage, PageRequest } from './types';

export interface GateExamplesQuery {
  runId: string;
  /** Key of an execution. */
  stage: string;
  metric: string;
  dataset?: string;
  slice?: string;
  flips: ExampleFlip;
  /** What the caller has looked at. */
  evidence?: string;
  cursor?: string;
  limit: number;
}

interface Options {
  db: Knex;
  comparer: Pick<Comparer, 'page'>;
}

/**
 * A page of the examples on which a gate's verdict rests. Which sets these are is what the verdict recorded, and never what
 * somebody asks for. Rejects with `NotFoundError` where the gate compared no examples with a baseline, and with
 * `ConflictError` where the stage has been judged anew since the caller looked.
 */
export async function readGateExamples(
  { db, comparer }: Options,
  query: GateExamplesQuery,
  signal?: AbortSignal,
): Promise<GateExamples> {
  const gate = await findGate(db, query);
  const { baseline, examplesDigest: candidate } = gate;
  const before = baseline?.examplesDigest;
  if (!baseline || before === undefined || candidate === undefined) {
    throw new NotFoundError(
      `The gate on '${query.metric}' of stage '${query.stage}' compared no examples with a baseline`,
    );
  }
  const evidence = await findEvidence(db, query);
  const sets = await listExampleSets(db, { runIds: [query.runId] });
  const set = sets.find(({ digest }) => digest === candidate);
  const subject = {
    baseline: { digest: before },
    candidate: { digest: candidate },
    metric: metricNameIn({ task: set?.task }, gate.metric),
    directions: await readDirections(db, [query.runId]),
    common: false,
  };
  const filter = { flips: query.flips, slice: sliceOf(gate.slice) };
  const sort = 'regression' as const;
  const list = [subject, filter];
  const after = placeIn(list, query.cursor);
  const request = { subject, filter, sort, after, limit: query.limit };
  const page = await readScored(comparer, request, signal);
  const { metric, higherIsBetter, total, items } = page;
  const next = cursorAfter(list, after + items.length, total);
  const { name, version } = baseline;
  return {
    ...(evidence !== undefined && { evidence }),
    baseline: { name, version },
    metric,
    higherIsBetter,
    total,
    items,
    ...(next !== undefined && { nextCursor: next }),
  };
}

async function findGate(
  db: Knex,
  { runId, stage, metric, dataset, slice }: GateExamplesQuery,
): Promise<ListedGateResult> {
  const gates = (await listGateResults(db, { runIds: [runId] })).filter(
    gate =>
      stageKey(gate.stage, gate.instance) === stage &&
      gate.metric === metric &&
      gate.dataset === dataset &&
      gate.slice === slice,
  );
  // Several may limit one metric; those with a baseline compare the same examples.
  const gate =
    gates.find(({ baseline }) => baseline?.examplesDigest) ?? gates[0];
  if (!gate) {
    throw new NotFoundError(
      `Stage '${stage}' of run ${runId} has no judged gate on '${metric}'${
        slice === undefined ? '' : ` of ${slice}`
      }`,
    );
  }
  return gate;
}

/** What a decision about the stage rests on. */
async function findEvidence(
  db: Knex,
  { runId, stage, evidence: seen }: GateExamplesQuery,
): Promise<string | undefined> {
  const stages = await listStages(db, { runIds: [runId], withInstances: true });
  const row = stages.find(own => stageKey(own.name, own.instance) === stage);
  const newest = (await listApprovals(db, { runId })).findLast(
    ({ stage_id: id }) => id === row?.id,
  );
  const evidence = newest?.evidence ?? undefined;
  if (seen !== undefined && seen !== evidence) {
    throw new ConflictError(
      `Stage '${stage}' has other evidence than you have looked at; look at its gates again`,
    );
  }
  return evidence;
}

/** By the metric of the gate, or by what the examples are scored with where that is no mean of scores. */
async function readScored(
  comparer: Options['comparer'],
  request: PageRequest,
  signal: AbortSignal | undefined,
): Promise<ExamplePage> {
  const page = await comparer.page(request, signal);
  const subject = { ...request.subject, metric: undefined };
  return page.counts
    ? page
    : await comparer.page({ ...request, subject }, signal);
}

function sliceOf(slice: string | undefined) {
  const at = slice?.indexOf('=') ?? -1;
  return slice === undefined || at < 0
    ? undefined
    : { name: slice.slice(0, at), value: slice.slice(at + 1) };
}
